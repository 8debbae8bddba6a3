// autossh-fleet(5), "Keys of a tunnel": what a refused forward means for its tunnel.
#include "e2e/support/fleet_folder.hpp"
#include "e2e/support/listener.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <optional>
#include <string>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

/// A tunnel with a forward that nobody refuses, and one with the need that is refused as long as the port is
/// taken. `option`: one more of ssh's.
std::string fleet_with(const Sshd& sshd, const std::string& need, const std::string& forward,
                       const std::string& option)
{
    return fmt::format(R"([tunnel.lab]
host = "server"
options = ["-F", "{}", "-o", "ExitOnForwardFailure=no", "-o", "{}"]
dynamic = ["127.0.0.1:{}"]
[tunnel.lab.{}]
shop = {{ spec = "{}", need = "{}" }}
)",
                       sshd.client_config().string(), option, free_port_pair(),
                       forward.starts_with('R') ? "remote" : "local", forward.substr(1), need);
}

/// An autossh that keeps them.
class NeedyFleet {
public:
    explicit NeedyFleet(const std::string& text) : folder_(text) {}

    const FleetFolder& folder() const { return folder_; }

    /// The exit status of --check, and what it says of the tunnel.
    std::string checked() const
    {
        const Process check({.arguments = {tested_autossh(), "--check", "--pid-file", folder_ / "pid"}});
        const auto result = check.wait_for_exit();
        const std::string output = check.output();
        return fmt::format("{} {}", result ? result->code.value_or(-1) : -1,
                           output.substr(output.find('\n') + 1));
    }

    void end() const
    {
        autossh_.signal(SIGTERM);
        CHECK(autossh_.wait_for_exit().has_value());
    }

private:
    FleetFolder folder_;
    Process autossh_{folder_.options({"--pid-file", folder_ / "pid"})};
};

constexpr const char* with_control_line = "ConnectionAttempts=1";
constexpr const char* without_control_line = "ControlMaster=no";

}  // namespace

TEST_CASE(
    "Fleet: a required forward that is refused is asked for again, and the tunnel is down till it works")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const char kind : {'L', 'R'}) {
        CAPTURE(kind);
        const unsigned short port = free_port_pair();
        std::optional<Listener> holder(port);
        const NeedyFleet fleet(fleet_with(
            sshd, "required", fmt::format("{}127.0.0.1:{}:127.0.0.1:9", kind, port), with_control_line));
        CHECK(fleet.folder().wait_for("]: lab: not up yet: "));
        CHECK(fleet.folder().count("asking again on this connection") == 1);
        const std::string words = fleet.checked();
        CHECK(words.starts_with("2 "));
        CHECK(words.find("not up yet: ") != words.npos);
        CHECK(fleet.folder().count("]: lab: degraded: ") == 0);
        holder.reset();
        CHECK(fleet.folder().wait_for("]: lab: up: "));
        CHECK(fleet.folder().count("]: lab: starting ssh (count ") == 1);
        CHECK(fleet.checked().find(fmt::format("shop -{} {} ", kind, port)) != std::string::npos);
        fleet.end();
    }
}

TEST_CASE("Fleet: a required forward that is refused ends ssh where there is no control line")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const unsigned short port = free_port_pair();
    std::optional<Listener> holder(port);
    const NeedyFleet fleet(
        fleet_with(sshd, "required", fmt::format("R127.0.0.1:{}:127.0.0.1:9", port), without_control_line));
    CHECK(fleet.folder().wait_for("]: lab: not up after "));
    CHECK(fleet.checked().starts_with("2 lab: "));
    CHECK(fleet.folder().count("]: lab: degraded: ") == 0);
    CHECK(fleet.folder().count("]: lab: up") == 0);
    holder.reset();
    CHECK(fleet.folder().wait_for("]: lab: up: "));
    fleet.end();
}

TEST_CASE("Fleet: a wanted forward that is refused makes the tunnel degraded, and an optional one nothing")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const char* const option : {with_control_line, without_control_line}) {
        CAPTURE(option);
        const unsigned short port = free_port_pair();
        std::optional<Listener> holder(port);
        const std::string forward = fmt::format("L127.0.0.1:{}:127.0.0.1:9", port);
        const NeedyFleet optional(fleet_with(sshd, "optional", forward, option));
        CHECK(optional.folder().wait_for("]: lab: up: "));
        CHECK(optional.folder().count("]: lab: an optional forward is refused: local port ") == 1);
        const std::string words = optional.checked();
        CHECK(words.starts_with("0 lab: up for "));
        CHECK(words.find(fmt::format("shop -L {} refused (optional)", port)) != words.npos);
        if (option == with_control_line) {
            holder.reset();
            CHECK(optional.folder().wait_for("ssh listens on local port "));
            holder.emplace(free_port_pair());
        }
        CHECK(optional.folder().count("]: lab: degraded: ") == 0);
        optional.end();

        holder.reset();
        holder.emplace(port);
        const NeedyFleet wanted(fleet_with(sshd, "wanted", forward, option));
        CHECK(wanted.folder().wait_for("]: lab: degraded: local port "));
        const std::string others = wanted.checked();
        CHECK(others.starts_with("1 lab: degraded for "));
        CHECK(others.find(fmt::format("shop -L {} refused", port)) != others.npos);
        wanted.end();
    }
}
