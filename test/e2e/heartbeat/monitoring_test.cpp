// The heartbeat through a real tunnel: it passes while bytes pass, and notices when they do not.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <optional>
#include <utility>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

std::string monitor_port()
{
    return std::to_string(free_port_pair());
}

/// As monitor_port(), over an echo service.
std::string monitor_port(const Server& echo)
{
    return fmt::format("{}:{}", free_port_pair(), echo.port());
}

/// Where no test of the connection may fail: the poll time is the patience with a busy machine.
Environment unhurried(Environment more = {})
{
    more.insert({{"AUTOSSH_POLL", "4"}, {"AUTOSSH_FIRST_POLL", "4"}});
    return more;
}

/// The heartbeat has passed again since the log was `before`.
bool passes_after(const Autossh& autossh, int before)
{
    return autossh.log().wait_for("connection ok", before + 1);
}

int passed(const Autossh& autossh)
{
    return autossh.log().count("connection ok");
}

}  // namespace

TEST_CASE("The loop of forwardings passes the heartbeat again and again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Autossh autossh(sshd, {"-M", monitor_port(), "-N"},
                          unhurried({{"AUTOSSH_MESSAGE", "a message of ours"}}));

    CHECK(autossh.log().wait_for("connection ok", 3));
    CHECK(autossh.log().count("port down") == 0);
    CHECK(autossh.log().count("starting ssh") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Beside keepalives, a loop that comes back after the time that 1.4g gives it still counts")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Environment times{{"AUTOSSH_POLL", "10"}, {"AUTOSSH_FIRST_POLL", "4"}};
    const std::string too_late = "]: timeout polling to accept read connection\n";
    const Autossh autossh(sshd, {"-M", monitor_port(), "-N"}, times);
    REQUIRE(autossh.log().wait_for("]: ssh child pid is "));
    const Autossh plain(sshd, {"--plain", "-M", monitor_port(), "-N"}, times);  // its tests come a bit later
    REQUIRE(passes_after(autossh, 0));
    REQUIRE(passes_after(plain, 0));

    sshd.signal_sessions(SIGSTOP);
    CHECK(plain.log().wait_for(too_late));
    sshd.signal_sessions(SIGCONT);
    CHECK(passes_after(autossh, 1));
    CHECK(autossh.log().count(too_late) == 0);
    CHECK(autossh.log().count("starting ssh") == 1);
    CHECK(plain.log().count("]: port down, restarting ssh\n") == 1);
    CHECK(plain.end() == exited(1));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("An echo service passes the heartbeat again and again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server echo;
    const Autossh autossh(sshd, {"-M", monitor_port(echo), "-N"}, unhurried());

    CHECK(autossh.log().wait_for("connection ok", 3));
    CHECK(echo.connections() >= 3);
    CHECK(autossh.log().count("starting ssh") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("The heartbeat over the loop notices a stopped ssh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Autossh autossh(sshd, {"-M", monitor_port(), "-N"});
    REQUIRE(autossh.log().wait_for("connection ok"));
    const pid_t ssh = autossh.log().ssh_pid();

    REQUIRE(process_table::send(ssh, SIGSTOP));

    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(autossh.log().count("timeout polling to accept read connection") >= 1);
    CHECK(autossh.log().count("port down, restarting ssh") >= 1);
    CHECK(state_of(ssh) == '-');
    CHECK(passes_after(autossh, passed(autossh)));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("The heartbeat over an echo service notices a stopped ssh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server echo;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", monitor_port(echo), "-N", "-L", forwarding(port, echo.port())});
    REQUIRE(autossh.log().wait_for("connection ok"));
    const pid_t ssh = autossh.log().ssh_pid();

    REQUIRE(process_table::send(ssh, SIGSTOP));

    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(autossh.log().count("port down, restarting ssh") >= 1);
    CHECK(state_of(ssh) == '-');
    CHECK(carries_bytes(port));
    CHECK(passes_after(autossh, passed(autossh)));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("The heartbeat notices that the server's session process was stopped")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Autossh autossh(sshd, {"-M", monitor_port(), "-N"}, {{"AUTOSSH_POLL", "1"}});
    REQUIRE(autossh.log().wait_for("connection ok"));
    const pid_t ssh = autossh.log().ssh_pid();

    const auto stopped = sshd.session_processes();
    REQUIRE_FALSE(stopped.empty());
    sshd.signal_sessions(SIGSTOP);
    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(autossh.log().count("port down, restarting ssh") >= 1);
    // The stopped session still holds the loop's far port, so that no other can have it.
    for (const pid_t pid : stopped)
        process_table::send(pid, SIGCONT);

    CHECK(passes_after(autossh, passed(autossh)));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A stopped session on the server is left for a new one over an echo service")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server echo;
    const Autossh autossh(sshd, {"-M", monitor_port(echo), "-N"});
    REQUIRE(autossh.log().wait_for("connection ok"));

    sshd.signal_sessions(SIGSTOP);
    const int before = passed(autossh);
    CHECK(autossh.log().wait_for("port down, restarting ssh"));
    CHECK(passes_after(autossh, before));

    CHECK(autossh.end() == exited(1));
    sshd.signal_sessions(SIGCONT);
    check_nothing_left(sshd);
}

TEST_CASE("Heartbeat: an echo service is reached without a port here, and may go and come back")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    std::optional<Server> echo(std::in_place);
    const unsigned short port = echo->port();
    const Autossh autossh(sshd, {"-M", fmt::format("auto:{}", port), "-N"}, {{"AUTOSSH_POLL", "1"}});
    CHECK(autossh.log().wait_for("connection ok", 3));
    CHECK(echo->connections() >= 3);
    CHECK(autossh.log().count("up: the connection test came back in ") == 1);

    echo.reset();
    CHECK(autossh.log().wait_for(
        fmt::format("nobody answers at 127.0.0.1:{} of the server; keepalives", port)));
    echo.emplace(Server::Manner::echo, port);
    CHECK(autossh.log().wait_for("the echo service answers again"));
    CHECK(autossh.log().count("starting ssh") == 1);
    CHECK(autossh.log().count("open failed") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Heartbeat: where nobody answers at the echo service from the start, the tunnel is up all the same")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory directory;
    const std::string path = directory.path() / "echo";
    const Autossh autossh(sshd, {"-M", "auto:" + path, "-N"}, default_times());
    CHECK(autossh.log().wait_for(fmt::format("nobody answers at {} of the server; keepalives", path)));
    CHECK(autossh.log().wait_for("up: logged in to "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
