#include "autossh/settings/fleet_difference.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

FleetTunnel tunnel_of_words(std::vector<std::string> words)
{
    FleetTunnel tunnel{.name = "db", .at = {std::make_shared<const std::string>("fleet.toml"), 1, 1}};
    tunnel.settings.tunnel.name = "db";
    tunnel.settings.tunnel.ssh = {"ssh", std::move(words)};
    return tunnel;
}

const std::vector<std::string>& usual_words()
{
    static const std::vector<std::string> words{"ssh",         "-N", "-p",          "22", "-L",
                                                "8080:web:80", "-R", "2222:far:22", "db"};
    return words;
}

}  // namespace

TEST_CASE("Reload: what of a tunnel has changed says what is to be done with it")
{
    struct Row {
        std::function<void(FleetTunnel&)> change;
        FleetChange expected;
    };
    const auto of_settings = [](auto set) {
        return [set](FleetTunnel& tunnel) { set(tunnel.settings.tunnel); };
    };
    const std::vector<Row> rows{
        {[](FleetTunnel&) {}, FleetChange::none},
        {[](FleetTunnel& tunnel) { tunnel.at.line = 7; }, FleetChange::none},
        {[](FleetTunnel& tunnel) { tunnel.enabled = false; }, FleetChange::none},
        {[](FleetTunnel& tunnel) { tunnel.groups = {"prod"}; }, FleetChange::labels},
        {[](FleetTunnel& tunnel) { tunnel.description = "the database"; }, FleetChange::labels},
        {of_settings([](TunnelSettings& its) { its.priority = 3; }), FleetChange::times},
        {of_settings([](TunnelSettings& its) { its.after = {"web"}; }), FleetChange::times},
        {of_settings([](TunnelSettings& its) { its.poll = 30s; }), FleetChange::times},
        {of_settings([](TunnelSettings& its) { its.backoff_max = 30s; }), FleetChange::times},
        {of_settings([](TunnelSettings& its) { its.renew = 1h; }), FleetChange::times},
        {of_settings([](TunnelSettings& its) { its.exit_on = {FailureClass::shut_out}; }),
         FleetChange::times},
        {of_settings([](TunnelSettings& its) { its.poll_given = true; }), FleetChange::all},
        {of_settings([](TunnelSettings& its) { its.connect_timeout = 5s; }), FleetChange::all},
        {of_settings([](TunnelSettings& its) { its.ssh.arguments[5] = "8081:web:80"; }),
         FleetChange::forwards},
        {of_settings([](TunnelSettings& its) {
             its.ssh.arguments[5] = "8081:web:80";
             its.poll = 30s;
         }),
         FleetChange::forwards},
        {of_settings([](TunnelSettings& its) {
             its.ssh.arguments.insert(its.ssh.arguments.begin() + 4, {"-D", "1080"});
         }),
         FleetChange::forwards},
        {of_settings([](TunnelSettings& its) {
             its.forwards = {{ForwardOption::local, "8080 [web]:80", "", ForwardNeed::required}};
         }),
         FleetChange::forwards},
        {of_settings([](TunnelSettings& its) { its.ssh.arguments[3] = "2022"; }), FleetChange::all},
        {of_settings([](TunnelSettings& its) { its.ssh.arguments.back() = "db2"; }), FleetChange::all},
        {of_settings([](TunnelSettings& its) { its.auto_monitor = true; }), FleetChange::all},
        {of_settings([](TunnelSettings& its) { its.ssh.environment = {"A=b"}; }), FleetChange::all},
        {of_settings([](TunnelSettings& its) {
             its.secrets = {{"", {}}};
         }),
         FleetChange::all},
    };
    const FleetTunnel now = tunnel_of_words(usual_words());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        INFO("row " << i);
        FleetTunnel next = now;
        rows[i].change(next);
        CHECK(change_between(now, next) == rows[i].expected);
    }
}

TEST_CASE("Reload: words for the far side are no forwards")
{
    const FleetTunnel now = tunnel_of_words({"ssh", "-L", "1:a:1", "db", "tool", "-L", "x"});
    FleetTunnel next = now;
    next.settings.tunnel.ssh.arguments.back() = "y";
    CHECK(change_between(now, next) == FleetChange::all);
    CHECK(forwards_among(now.settings.tunnel.ssh.arguments) == std::vector<std::string>{"L 1:a:1"});
}

TEST_CASE("Reload: which forwards come and go is told")
{
    const FleetTunnel now = tunnel_of_words(usual_words());
    const FleetTunnel next =
        tunnel_of_words({"ssh", "-N", "-p", "22", "-D", "1080", "-R", "2222:far:22", "db"});
    CHECK(difference_of_forwards(now, next) == "D 1080 opened, L 8080:web:80 closed");
    CHECK(difference_of_forwards(now, now).empty());
}
