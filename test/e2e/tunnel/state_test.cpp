// Manual, "States": what the log says of a tunnel, with the real ssh and sshd.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include <fmt/format.h>

using namespace autossh_test;

namespace {

/// The value of the first -E: the FIFO in the private directory.
std::filesystem::path log_fifo(pid_t ssh)
{
    const auto words = command_line_of(ssh);
    const auto option = std::find(words.begin(), words.end(), "-E");
    return option == words.end() || option + 1 == words.end() ? "" : *(option + 1);
}

}  // namespace

TEST_CASE("A tunnel's way up and a stop are told state by state")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0", "-N"});

    REQUIRE(autossh.log().wait_for("]: up: logged in to 127.0.0.1 ([127.0.0.1]:"));
    const std::string log = autossh.log().text();
    const std::vector<std::string> in_order{"]: starting: first start\n", "]: starting ssh (count 1)\n",
                                            "]: ssh child pid is ",       "]: connecting: ssh runs, pid ",
                                            "]: authenticated after ",    "]: up: logged in to "};
    std::size_t at = 0;
    for (const std::string& line : in_order) {
        INFO(line << "in\n" << log);
        const std::size_t found = log.find(line, at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
    const auto fifo = log_fifo(autossh.log().ssh_pid());
    CHECK(std::filesystem::is_fifo(fifo));
    CHECK((std::filesystem::status(fifo.parent_path()).permissions() & std::filesystem::perms::all) ==
          std::filesystem::perms::owner_all);

    CHECK(autossh.end() == exited(1));
    CHECK(autossh.log().count("]: stopping: asked by signal 15\n") == 1);
    CHECK_FALSE(std::filesystem::exists(fifo.parent_path()));
    CHECK(autossh.process().errors().empty());
    check_nothing_left(sshd);
}

TEST_CASE("A lost connection is told with its cause, and the next one with how long it took")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0", "-N"});
    REQUIRE(autossh.log().wait_for("]: up: "));

    sshd.signal_sessions(SIGKILL);
    REQUIRE(autossh.log().wait_for("]: down after "));
    CHECK(autossh.log().count("closed by remote host; trying again at once\n") +
              autossh.log().count("; trying again at once\n") >=
          1);
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count("ssh exited with error status 255; restarting ssh") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A restart that was asked for is told as that")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0", "-N"});
    REQUIRE(autossh.log().wait_for("]: up: "));

    autossh.process().signal(SIGUSR1);
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count("]: stopping: asked by signal 10\n") == 1);
    CHECK(autossh.log().count(": asked by signal 10; trying again at once\n") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("An ssh that fails within the gate time: the give-up has its cause")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_GATETIME", "30"}});

    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count("ssh exited prematurely with status 255; autossh exiting") == 1);
    CHECK(autossh.log().count("]: gave up after ") == 1);
    CHECK(autossh.log().count("connection refused by 127.0.0.1 port ") == 1);
    CHECK(autossh.process().errors().find("Connection refused") != std::string::npos);
    check_nothing_left(sshd);
}

TEST_CASE("A wait is told with its length")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_POLL", "600"}});

    CHECK(autossh.log().wait_for("; trying again in 2 s\n"));
    CHECK(autossh.log().count("]: not up after ") == 6);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE(
    "ssh's own words reach stderr unchanged and the log with its pid, and those of its level VERBOSE do not")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other;  // holds the port that we want
    const Autossh autossh(sshd,
                          {"-M", "0", "-N", "-o", "ExitOnForwardFailure=no", "-L",
                           forwarding(other.port(), 9), "-L", forwarding(free_port_pair(), 9)},
                          {{"AUTOSSH_POLL", "600"}});

    REQUIRE(autossh.log().wait_for("]: degraded: "));
    const pid_t ssh = autossh.log().ssh_pid();
    const std::string bind = fmt::format("bind [127.0.0.1]:{}: Address already in use", other.port());
    CHECK(autossh.log().count(fmt::format("]: ssh[{}]: {}\n", ssh, bind)) == 1);
    CHECK(autossh.process().errors().find(bind + "\r\n") != std::string::npos);
    CHECK(autossh.end() == exited(1));
    CHECK(autossh.process().errors().find("Authenticated") == std::string::npos);
    CHECK(autossh.process().errors().find("Transferred") == std::string::npos);
    CHECK(autossh.log().count("Transferred") == 0);
    check_nothing_left(sshd);
}

TEST_CASE("A remote command's output does not go through autossh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0"}, {}, {"echo out; echo err >&2"});

    CHECK(autossh.process().wait_for_exit() == exited(0));
    CHECK(autossh.process().output() == "out\n");
    CHECK(autossh.process().errors() == "err\n");
    CHECK(autossh.log().count("err") == 0);
    check_nothing_left(sshd);
}

TEST_CASE("A level or a log file that the user chose stays the user's")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    {
        const Autossh autossh(sshd, {"-M", "0", "-N", "-v"});
        REQUIRE(autossh.log().wait_for("]: up: "));
        CHECK(autossh.process().errors().find("debug1: ") != std::string::npos);
        CHECK(autossh.process().errors().find("Authenticated to ") != std::string::npos);
        CHECK(autossh.end() == exited(1));
    }
    {
        const std::string file = sshd.directory() / "ssh.log";
        const Autossh autossh(sshd, {"-M", "0", "-N", "-v", "-E", file});
        REQUIRE(wait_until([&] { return read_file(file).find("Authenticated to ") != std::string::npos; }));
        CHECK(log_fifo(autossh.log().ssh_pid()) == file);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("A server that goes silent before the log-in does not hold autossh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server silent(Server::Manner::half_an_sshd);
    const Autossh autossh(sshd, {"-M", "0", "-N", "-p", std::to_string(silent.port())},
                          {{"AUTOSSH_CONNECTTIMEOUT", "1"}});

    CHECK(autossh.log().wait_for("]: stopping: not logged in within 1 s (connect timeout)\n", 2));
    CHECK(autossh.log().wait_for("ssh has not logged in within 1 s, restarting ssh", 2));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Monitor auto: the loop shows that the tunnel is up, suspect, up again, and dead")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Autossh autossh(sshd, {"-N"}, {{"AUTOSSH_POLL", "8"}});

    REQUIRE(autossh.log().wait_for("]: up: the connection test came back in "));
    const pid_t ssh = autossh.log().ssh_pid();
    const auto words = command_line_of(ssh);
    CHECK(std::count_if(words.begin(), words.end(), [](const std::string& word) {
              return word.find("/out:127.0.0.1:") != std::string::npos || word.ends_with("/in");
          }) == 2);

    sshd.signal_sessions(SIGSTOP);
    REQUIRE(autossh.log().wait_for("]: suspect: a connection test failed: "));
    sshd.signal_sessions(SIGCONT);
    CHECK(autossh.log().wait_for("]: up: the connection test came back in ", 2));
    CHECK(autossh.log().ssh_pid() == ssh);

    sshd.signal_sessions(SIGSTOP);
    CHECK(autossh.log().wait_for("port down, restarting ssh"));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().ssh_pid() != ssh);
    CHECK(autossh.end() == exited(1));
    sshd.signal_sessions(SIGCONT);
    check_nothing_left(sshd);
}

TEST_CASE("Monitor auto: a server without forwarding keeps its session, and the log says so once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("AllowTcpForwarding no");
    const Autossh autossh(sshd, {"-M", "auto", "-N"});

    REQUIRE(autossh.log().wait_for("]: up: logged in to "));
    CHECK(autossh.log().wait_for("keepalives alone watch the connection"));
    sshd.signal_sessions(SIGKILL);
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count("keepalives alone watch the connection") == 1);
    CHECK(starts(autossh) == 2);
    CHECK(autossh.end() == exited(1));
    CHECK(autossh.process().errors().find("forwarding failed") == std::string::npos);
    check_nothing_left(sshd);
}

TEST_CASE("Monitor auto: ExitOnForwardFailure still ends a session without the user's forward")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;  // its client configuration sets ExitOnForwardFailure
    const Server other;
    const Autossh autossh(sshd, {"-N", "-R", "127.0.0.1:" + forwarding(other.port(), 9)},
                          {{"AUTOSSH_GATETIME", "30"}});

    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count("ssh exited prematurely with status 255; autossh exiting") == 1);
    CHECK(autossh.log().count("]: gave up after ") == 1);
    CHECK(starts(autossh) == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Plain: nothing is added to ssh's command line and no state is told")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"--plain", "-M", "0", "-N", "-L", forwarding(port, far_end.port())});

    REQUIRE(carries_bytes(port));
    const std::vector<std::string> wanted{
        "/usr/bin/ssh", "-N", "-L", forwarding(port, far_end.port()), "-F", sshd.client_config(), "server"};
    CHECK(command_line_of(autossh.log().ssh_pid()) == wanted);
    CHECK(autossh.end() == exited(1));
    CHECK(autossh.log().count("up: ") + autossh.log().count("starting: ") == 0);
    check_nothing_left(sshd);
}

TEST_CASE("Connect timeout: a LocalCommand, behind which the log-in is seen, may take longer")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::filesystem::path begun = sshd.directory() / "begun";
    const std::filesystem::path over = sshd.directory() / "over";
    sshd.configure_client(fmt::format("PermitLocalCommand yes\n"
                                      "LocalCommand touch {}; until test -e {}; do sleep 0.1; done\n",
                                      begun.string(), over.string()));
    const Autossh autossh(sshd, {"-M", "0", "--connect-timeout", "3s", "-N"});
    REQUIRE(wait_until([&] { return std::filesystem::exists(begun); }));
    const int before = starts(autossh);
    std::this_thread::sleep_for(std::chrono::seconds(4));
    CHECK(autossh.log().count("]: up: ") == 0);
    CHECK(starts(autossh) == before);
    write_file(over, "");
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(starts(autossh) == before);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
