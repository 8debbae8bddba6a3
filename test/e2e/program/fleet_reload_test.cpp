// Reload by difference, with the real ssh and sshd: autossh-fleet(5), "Reload".
#include "e2e/support/autossh.hpp"
#include "e2e/support/fleet_folder.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <map>
#include <string>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

/// A fleet whose tunnels have a -L each to one service, written again with other texts.
class ReloadedFleet {
public:
    explicit ReloadedFleet(const Sshd& sshd)
        : head_(fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n",
                            sshd.client_config().string())),
          folder_(head_)
    {}

    void write(const std::string& tunnels) const { write_file(folder_.path(), head_ + tunnels); }
    const FleetFolder& folder() const { return folder_; }

private:
    std::string head_;
    FleetFolder folder_;
};

std::string tunnel_with_port(const std::string& name, unsigned short port, unsigned short target,
                             const std::string& more = {})
{
    return fmt::format("[tunnel.{}]\nlocal = [\"127.0.0.1:{}:127.0.0.1:{}\"]\n{}", name, port, target, more);
}

}  // namespace

TEST_CASE(
    "Fleet reload: what has not changed goes on with its connections, the rest starts, stops and restarts")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server service;
    std::map<std::string, unsigned short> port;
    for (const char* const name : {"same", "timed", "moved", "gone", "fresh", "off"})
        port[name] = free_port_pair();
    const auto tunnel = [&](const std::string& name, const std::string& more = {}) {
        return tunnel_with_port(name, port[name], service.port(), more);
    };
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    fleet.write(tunnel("same") + tunnel("timed") + tunnel("moved") + tunnel("gone") +
                tunnel("off", "enabled = false\n"));
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for(": up: ", 4));
    const OpenConnection same(port["same"]);
    const OpenConnection timed(port["timed"]);
    REQUIRE(same.exchange("before") == "before");
    REQUIRE(timed.exchange("before") == "before");
    const pid_t ssh_of_same = folder.ssh_of("same");
    const pid_t ssh_of_timed = folder.ssh_of("timed");
    const pid_t ssh_of_moved = folder.ssh_of("moved");

    fleet.write(tunnel("same", "description = \"as it was\"\n") + tunnel("timed", "backoff-max = \"30s\"\n") +
                tunnel("moved", "message = \"another\"\n") + tunnel("off") + tunnel("fresh"));
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("reloaded, asked for by SIGHUP: 2 start, 1 stop, 1 restart, 1 times, 1 labels\n"));
    CHECK(folder.wait_for("fresh: up: "));
    CHECK(folder.wait_for("off: up: "));
    CHECK(folder.wait_for("moved: up: ", 2));
    CHECK(same.exchange("after") == "after");
    CHECK(timed.exchange("after") == "after");
    CHECK(folder.ssh_of("same") == ssh_of_same);
    CHECK(folder.ssh_of("timed") == ssh_of_timed);
    CHECK(folder.ssh_of("moved") != ssh_of_moved);
    CHECK(OpenConnection(port["fresh"]).exchange("new") == "new");
    CHECK(wait_until([&] { return OpenConnection(port["gone"]).exchange("old") != "old"; }));

    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("reloaded, asked for by SIGHUP: nothing has changed\n"));
    CHECK(same.exchange("again") == "again");
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Fleet reload: forwards alone are changed on the living connection")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server service;
    const unsigned short kept = free_port_pair();
    const unsigned short old = free_port_pair();
    const unsigned short fresh = free_port_pair();
    const unsigned short far = free_port_pair();
    const unsigned short farther = free_port_pair();
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    const auto write = [&](unsigned short local, unsigned short remote) {
        fleet.write(fmt::format("[tunnel.a]\noptions = [\"-o\", \"ExitOnForwardFailure=no\", \"-F\", "
                                "\"{4}\"]\nlocal = [\"127.0.0.1:{0}:127.0.0.1:{3}\", "
                                "\"127.0.0.1:{1}:127.0.0.1:{3}\"]\n"
                                "remote = [\"127.0.0.1:{2}:127.0.0.1:{3}\"]\n",
                                kept, local, remote, service.port(), sshd.client_config().string()));
    };
    write(old, far);
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for("a: up: "));
    const OpenConnection through_kept(kept);
    const OpenConnection through_old(old);
    const OpenConnection through_far(far);
    REQUIRE(through_kept.exchange("before") == "before");
    REQUIRE(through_old.exchange("before") == "before");
    REQUIRE(through_far.exchange("before") == "before");
    const pid_t ssh = folder.ssh_of("a");

    write(fresh, farther);
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("reloaded, asked for by SIGHUP: 1 forwards\n"));
    CHECK(folder.wait_for("a: forwards are changed on the living connection: 2 opened, 2 closed\n"));
    CHECK(carries_bytes(fresh));
    CHECK(carries_bytes(farther));
    CHECK(wait_until([&] { return exchange(old, "late") != "late"; }));
    CHECK(wait_until([&] { return exchange(far, "late") != "late"; }));
    // What runs through those that are closed lives on, too.
    CHECK(through_kept.exchange("after") == "after");
    CHECK(through_old.exchange("after") == "after");
    CHECK(through_far.exchange("after") == "after");
    CHECK(folder.ssh_of("a") == ssh);

    // Another ssh has them, too.
    REQUIRE(process_table::send(ssh, SIGKILL));
    CHECK(folder.wait_for("a: up again after "));
    CHECK(carries_bytes(kept));
    CHECK(carries_bytes(fresh));
    CHECK(carries_bytes(farther));
    CHECK(exchange(old, "late") != "late");

    // A refused one makes it degraded, and is forgotten when it is not wanted any more.
    write(sshd.port(), farther);
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("a: degraded: "));
    write(fresh, farther);
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for(": what was refused is not wanted any more\n"));
    CHECK(carries_bytes(fresh));
    CHECK(folder.count("a: starting ssh (count ") == 2);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Fleet reload: forwards are changed by another ssh where there is no control line")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server service;
    const unsigned short old = free_port_pair();
    const unsigned short fresh = free_port_pair();
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    const auto write = [&](unsigned short port) {
        fleet.write(tunnel_with_port("a", port, service.port(), "plain = true\nmonitor = \"0\"\n"));
    };
    write(old);
    const Process autossh(folder.options());
    REQUIRE(carries_bytes(old));
    write(fresh);
    autossh.signal(SIGHUP);
    CHECK(carries_bytes(fresh));
    CHECK(exchange(old, "late") != "late");
    CHECK(folder.count("a: starting ssh (count ") == 2);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Fleet reload: one that follows another at once counts, and what had given up is tried again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    const std::string first = "[tunnel.a]\n[tunnel.b]\nmax-start = 1\n[tunnel.c]\n";
    fleet.write(first);
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for(": up: ", 3));
    // The second comes while ssh is being ended for the first.
    fleet.write(
        "[tunnel.a]\nmessage = \"changed\"\n[tunnel.b]\nmax-start = 1\n[tunnel.c]\nenabled = false\n");
    autossh.signal(SIGHUP);
    REQUIRE(folder.wait_for("reloaded, asked for by SIGHUP: 1 stop, 1 restart\n"));
    fleet.write(first);
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("reloaded, asked for by SIGHUP: 1 start, 1 restart\n"));
    CHECK(folder.wait_for("a: up: ", 2));
    CHECK(folder.wait_for("c: up: ", 2));
    fleet.write(first);
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("reloaded, asked for by SIGHUP: nothing has changed\n"));

    REQUIRE(process_table::send(folder.ssh_of("b"), SIGKILL));
    REQUIRE(folder.wait_for("b: max start count reached; exiting\n"));
    fleet.write("[tunnel.a]\n[tunnel.b]\nmax-start = 5\n[tunnel.c]\n");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("b: up: ", 2));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Fleet reload: a place that one gives up is another's, whichever stands first in the file")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const unsigned short port = free_port_pair();
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    const auto write = [&](const std::string& name) {
        fleet.write(fmt::format("[tunnel.{}]\nmonitor = \"{}\"\n[tunnel.z]\n", name, port));
    };
    write("old");
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for("old: up: "));
    write("a");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("a: up: "));
    CHECK(folder.count("z: starting ssh (count ") == 1);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Fleet reload: a fleet lives on when none of its tunnels is enabled any more, and can be stopped")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    fleet.write("[tunnel.a]\n[tunnel.b]\n");
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for(": up: ", 2));
    fleet.write("[tunnel.a]\nenabled = false\n");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("reloaded, asked for by SIGHUP: 2 stop\n"));
    CHECK(folder.wait_for("ending ssh, as asked\n", 2));
    CHECK(wait_until([&] { return sshd.session_processes().empty(); }));
    fleet.write("[tunnel.a]\n");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("a: up: ", 2));
    CHECK(folder.count("b: starting ssh (count ") == 1);
    fleet.write("[tunnel.a]\nenabled = false\n");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("ending ssh, as asked\n", 3));
    CHECK(wait_until([&] { return sshd.session_processes().empty(); }));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Fleet reload: a file with mistakes changes nothing")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    fleet.write("[tunnel.a]\n");
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for("a: up: "));
    fleet.write("[tunnel.b]\npol = \"30s\"\n");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("not reloaded, as the file has mistakes; the first: "));
    CHECK(folder.count("unknown key \"pol\" in [tunnel.b]") == 1);
    fleet.write("[tunnel.a]\nsecret-file = \"/nonexistent/secret\"\n");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("not reloaded, as the file has mistakes; the first: ", 2));
    fleet.write("[tunnel.a]\n[tunnel.b]\n");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("b: up: "));
    CHECK(folder.count("a: starting ssh (count ") == 1);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Fleet reload: while tunnels restart, many times in a row, no ssh is lost or left")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const ReloadedFleet fleet(sshd);
    const FleetFolder& folder = fleet.folder();
    const auto tunnels = [](int generation) {
        std::string text;
        for (int i = 0; i < 12; ++i)
            text +=
                fmt::format("[tunnel.t{}]\noptions = [\"-o\", \"ServerAliveInterval={}\", \"-F\", \"{}\"]\n",
                            i, 20 + (i % 3 == 0 ? generation : 0), "CONFIG");
        return text;
    };
    const auto write_generation = [&](int generation) {
        std::string text = tunnels(generation);
        const std::string config = sshd.client_config();
        for (std::size_t at = 0; (at = text.find("CONFIG", at)) != std::string::npos; at += config.size())
            text.replace(at, 6, config);
        fleet.write(text);
    };
    write_generation(0);
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for(": up: ", 12));
    for (int generation = 1; generation <= 8; ++generation) {
        write_generation(generation);
        autossh.signal(SIGHUP);
        CHECK(folder.wait_for("reloaded, asked for by SIGHUP: 4 restart\n", generation));
    }
    const auto is_up = [&](const std::string& name) {
        const std::string log = folder.log();
        const std::size_t start = log.rfind(name + ": starting ssh (count ");
        return log.find(name + ": up: ", start) != std::string::npos;
    };
    for (int i = 0; i < 12; ++i)
        CHECK(wait_until([&] { return is_up(fmt::format("]: t{}", i)); }));
    for (int i = 0; i < 12; ++i)
        if (i % 3 != 0)
            CHECK(folder.count(fmt::format("]: t{}: starting ssh (count ", i)) == 1);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}
