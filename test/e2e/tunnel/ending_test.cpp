// How autossh ends, and with which status.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <csignal>

using namespace autossh_test;

TEST_CASE("TERM ends autossh and ssh with status 1")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});
    REQUIRE(carries_bytes(port));

    CHECK(autossh.end() == exited(1));
    CHECK(autossh.log().count("received signal to exit (15)") == 1);
    CHECK(autossh.process().wait_until_nothing_left());
    CHECK(port_is_free(port));
    check_nothing_left(sshd);
}

TEST_CASE("TERM from a service manager ends autossh with status 0")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())},
                          {{"NOTIFY_SOCKET", sshd.directory() / "no-such-socket"}});
    REQUIRE(carries_bytes(port));

    CHECK(autossh.end() == exited(0));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("TERM ends a stopped ssh too")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});
    REQUIRE(carries_bytes(port));
    const pid_t ssh = autossh.log().ssh_pid();
    REQUIRE(process_table::send(ssh, SIGSTOP));
    REQUIRE(wait_until([&] { return state_of(ssh) == 'T'; }));

    CHECK(autossh.end() == exited(1));
    CHECK(autossh.log().count("sending SIGKILL") == 0);
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

#ifdef __linux__
TEST_CASE("ssh does not outlive an autossh that was killed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});
    REQUIRE(carries_bytes(port));
    const pid_t ssh = autossh.log().ssh_pid();

    REQUIRE(autossh.process().signal(SIGKILL));
    CHECK(autossh.process().wait_for_exit() == killed_by(SIGKILL));
    CHECK(wait_until([&] { return exit_of(ssh).has_value(); }));
    CHECK(exit_of(ssh) == killed_by(SIGKILL));
    CHECK(autossh.process().wait_until_nothing_left());
    CHECK(port_is_free(port));
    check_nothing_left(sshd);
}
#endif

TEST_CASE("A remote command that ends with 0 ends autossh with 0")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0"}, {}, {"echo", "said", "remotely"});

    CHECK(autossh.process().wait_for_exit() == exited(0));
    CHECK(autossh.process().output() == "said remotely\n");
    CHECK(autossh.process().errors().empty());
    CHECK(autossh.log().count("ssh exited with status 0; autossh exiting") == 1);
    CHECK(autossh.log().count("starting ssh") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("A remote command that ends with 3 ends autossh with 1")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0"}, {}, {"exit 3"});

    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count("ssh exited with status 3; autossh exiting") == 1);
    CHECK(autossh.log().count("starting ssh") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("A remote command that fails is run again while its status is 1")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    // The second run finds what the first has left.
    const std::string command = sshd.script("cd " + sshd.directory().string() +
                                            "; [ -e been_here ] && exit 0; touch been_here; exit 1\n");
    const Autossh autossh(sshd, {"-M", "0"}, {}, {command});

    CHECK(autossh.process().wait_for_exit() == exited(0));
    CHECK(autossh.log().count("ssh exited with error status 1; restarting ssh") == 1);
    CHECK(autossh.log().count("ssh exited with status 0; autossh exiting") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("An ssh that cannot log in is given up within the gate time")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_GATETIME", "30"}});

    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count("ssh exited prematurely with status 255; autossh exiting") == 1);
    CHECK(autossh.process().errors().find("Connection refused") != std::string::npos);
    check_nothing_left(sshd);
}

TEST_CASE("The end of the maximum lifetime ends all with status 0")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())},
                          {{"AUTOSSH_MAXLIFETIME", "8"}});  // so long a busy machine may take to log in
    CHECK(carries_bytes(port));

    CHECK(autossh.process().wait_for_exit() == exited(0));
    CHECK(autossh.log().count("exceeded maximum time to live, shutting down") == 1);
    CHECK(autossh.process().wait_until_nothing_left());
    CHECK(port_is_free(port));
    check_nothing_left(sshd);
}

TEST_CASE("As a service autossh logs to stdout and starts ssh again after an exit with 0")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end(Server::Manner::banner);
    const LogFile log;
    Environment environment = quick(log, {{"AUTOSSH_NTSERVICE", "yes"}});
    environment.erase("AUTOSSH_LOGFILE");
    // With -W, ssh exits with 0 when the far end closes.
    const Process autossh(
        {.arguments = command_line(sshd, {"-M", "0", "-W", fmt::format("127.0.0.1:{}", far_end.port())}),
         .changes = environment});

    CHECK(wait_until([&] { return far_end.connections() >= 3; }));
    CHECK_FALSE(autossh.exit_result());
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    CHECK(autossh.output().find("starting ssh (count 3)") != std::string::npos);
    CHECK(autossh.output().find(Server::banner_text) != std::string::npos);
    CHECK(autossh.output().find("ssh exited with") == std::string::npos);
    CHECK_FALSE(std::filesystem::exists(log.path()));
    check_nothing_left(sshd);
}
