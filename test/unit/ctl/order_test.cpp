// autosshctl(1), "Commands": whom an order goes to, and when it has come about.
#include "autossh/ctl/next_step.hpp"
#include "autossh/ctl/order_plan.hpp"
#include "autossh/ctl/order_wait.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

using OrderNames = std::vector<std::string>;

SeenDaemon daemon_with(const std::string& name, const OrderNames& tunnels)
{
    SeenDaemon daemon;
    daemon.facts.name = name;
    daemon.facts.kind = "fleet";
    for (const std::string& tunnel : tunnels) {
        daemon.facts.tunnels.emplace_back();
        daemon.facts.tunnels.back().name = tunnel;
        daemon.facts.tunnels.back().groups = {name + "-group"};
    }
    return daemon;
}

std::vector<SeenDaemon> two_fleets()
{
    return {daemon_with("laptop", {"db", "web"}), daemon_with("field", {"box-1", "box-2", "db"})};
}

TunnelFacts tunnel_in(const std::string& state, const std::string& health, std::uint64_t starts)
{
    TunnelFacts tunnel;
    tunnel.name = "a";
    tunnel.state = state;
    tunnel.health = health;
    tunnel.starts = starts;
    tunnel.pid = health == "stopped" ? 0 : 7;
    return tunnel;
}

}  // namespace

TEST_CASE("autosshctl, orders: each process gets the names of its own tunnels")
{
    const OrderPlan plan = order_plan(two_fleets(), OrderNames{"web", "box-*"});
    REQUIRE(plan.parts.size() == 2);
    CHECK(plan.parts[0].tunnels == OrderNames{"web"});
    CHECK(plan.parts[1].tunnels == OrderNames{"box-1", "box-2"});
    CHECK(plan.tunnels == 3);
    CHECK(plan.strange.empty());
    CHECK(plan.ambiguous.empty());
    CHECK(order_plan(two_fleets(), OrderNames{"@field-*"}).tunnels == 3);
    CHECK(order_plan(two_fleets(), OrderNames{"*"}).ambiguous == OrderNames{"db"});
    CHECK(order_plan(two_fleets(), OrderNames{"ofice", "web"}).strange == OrderNames{"ofice"});
    CHECK(order_plan(two_fleets(), {}).tunnels == 5);
}

TEST_CASE("autosshctl, orders: what is shown is what is meant")
{
    const auto meant = with_meant_tunnels(two_fleets(), OrderNames{"web"});
    REQUIRE(meant.size() == 1);
    CHECK(meant.front().facts.tunnels.size() == 1);
    CHECK(with_meant_tunnels(two_fleets(), {}).size() == 2);
    CHECK(no_such_tunnel(two_fleets(), "wep") == "no tunnel has the name \"wep\"; did you mean \"web\"?");
    CHECK(no_such_tunnel(two_fleets(), "@field-grup") ==
          "no tunnel is in a group \"field-grup\"; did you mean \"@field-group\"?");
    CHECK(no_such_tunnel(two_fleets(), "zzzzzz") == "no tunnel has the name \"zzzzzz\"");
}

TEST_CASE("autosshctl, orders: a thousand names go in pieces that the daemon takes")
{
    OrderNames names;
    for (int i = 0; i < 1000; ++i)
        names.push_back(std::string(60, 'x') + std::to_string(i));
    std::size_t all = 0;
    for (const OrderNames& piece : in_requests(names)) {
        std::size_t bytes = 0;
        for (const std::string& name : piece)
            bytes += name.size();
        CHECK(bytes <= 8192);
        all += piece.size();
    }
    CHECK(all == 1000);
    CHECK(in_requests({}).empty());
    CHECK(in_requests(OrderNames(100, "a*")).size() == 2);
}

TEST_CASE("autosshctl, orders: --wait knows when it has come about")
{
    struct Row {
        CtlVerb order;
        TunnelFacts before;
        TunnelFacts now;
        OrderProgress progress;
    };
    const TunnelFacts up = tunnel_in("up", "up", 1);
    const std::vector<Row> rows{
        {CtlVerb::restart, up, up, OrderProgress::under_way},  // the old ssh
        {CtlVerb::restart, up, tunnel_in("connecting", "impaired", 2), OrderProgress::under_way},
        {CtlVerb::restart, up, tunnel_in("up", "up", 2), OrderProgress::reached},
        {CtlVerb::restart, up, tunnel_in("degraded", "impaired", 2), OrderProgress::reached},
        {CtlVerb::restart, up, tunnel_in("gave-up", "down", 2), OrderProgress::in_vain},
        {CtlVerb::retry, up, up, OrderProgress::reached},
        {CtlVerb::retry, tunnel_in("waiting", "down", 1), tunnel_in("waiting", "down", 2),
         OrderProgress::under_way},
        {CtlVerb::start, tunnel_in("gave-up", "down", 3), tunnel_in("gave-up", "down", 3),
         OrderProgress::under_way},
        {CtlVerb::start, tunnel_in("gave-up", "down", 3), tunnel_in("gave-up", "down", 4),
         OrderProgress::in_vain},
        {CtlVerb::stop, up, tunnel_in("stopping", "down", 1), OrderProgress::under_way},
        {CtlVerb::stop, up, tunnel_in("stopped", "stopped", 1), OrderProgress::reached},
    };
    for (const Row& row : rows) {
        INFO(name(row.order) << " " << row.before.state << " " << row.now.state);
        CHECK(order_progress(row.order, row.before, row.now) == row.progress);
    }
    TunnelFacts waiting = tunnel_in("waiting", "down", 1);
    waiting.cause = {"refused", "refused by 192.0.2.1", "start sshd"};
    CHECK(progress_in_words(waiting, {}) == "a: waiting: refused by 192.0.2.1; remedy: start sshd");
}

TEST_CASE("autosshctl, no autossh runs: what to do next is told")
{
    CHECK(next_step("/h/fleet.toml", true, false) ==
          "autosshctl: no autossh of this user runs\n"
          "  \"autossh --fleet\" starts the tunnels of /h/fleet.toml\n"
          "  \"autosshctl check\" looks for mistakes in it first\n");
    CHECK(next_step("/h/fleet.toml", false, true).find("\"autosshctl edit\" makes /h/fleet.toml") !=
          std::string::npos);
    CHECK(next_step("/h/fleet.toml", false, true).find("whom they and root may ask") != std::string::npos);
    CHECK(next_step("", false, false).find("autossh --fleet FILE") != std::string::npos);
}
