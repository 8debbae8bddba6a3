// A forwarded port: it comes up, and comes back whatever happens to ssh or sshd.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <csignal>

using namespace autossh_test;

TEST_CASE("A local forward comes up and carries bytes")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});

    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("starting ssh (count 1)") == 1);
    CHECK(autossh.log().count("starting ssh") == 1);

    CHECK(autossh.end() == exited(1));
    CHECK(port_is_free(port));
    check_nothing_left(sshd);
}

TEST_CASE("A tunnel comes back after ssh was killed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    // With the gate time as people have it: an ssh that died of a signal is restarted all the same.
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())},
                          {{"AUTOSSH_GATETIME", "30"}});
    REQUIRE(carries_bytes(port));

    for (int times = 1; times <= 3; ++times) {
        const pid_t ssh = autossh.log().ssh_pid();
        REQUIRE(process_table::send(ssh, SIGKILL));
        CHECK(autossh.ssh_after(ssh) != ssh);
        CHECK(autossh.log().wait_for("ssh exited on signal 9, restarting ssh", times));
        CHECK(carries_bytes(port));
    }

    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A tunnel comes back after the server's session process was killed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});
    REQUIRE(carries_bytes(port));
    const pid_t ssh = autossh.log().ssh_pid();

    REQUIRE_FALSE(sshd.session_processes().empty());
    sshd.signal_sessions(SIGKILL);

    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(autossh.log().count("ssh exited with error status 255; restarting ssh") >= 1);
    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A tunnel comes back when sshd was gone and is there again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())},
                          {{"AUTOSSH_POLL", "1"}});
    REQUIRE(carries_bytes(port));

    sshd.stop();
    REQUIRE(autossh.log().wait_for("ssh exited with error status 255; restarting ssh", 5));
    CHECK(port_is_free(port));
    sshd.start();

    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A tunnel comes up when sshd is there later than autossh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())},
                          {{"AUTOSSH_POLL", "1"}});
    REQUIRE(autossh.log().wait_for("ssh exited with error status 255; restarting ssh", 3));
    sshd.start();

    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A reverse tunnel carries bytes and comes back after ssh was killed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server near_end;
    const unsigned short port = free_port_pair();
    // While the server still holds the port for the dead connection, ssh is refused it and exits with 255.
    const Autossh autossh(sshd, {"-M", "0", "-N", "-R", forwarding(port, near_end.port())},
                          {{"AUTOSSH_POLL", "1"}});
    REQUIRE(carries_bytes(port));
    const pid_t ssh = autossh.log().ssh_pid();

    REQUIRE(process_table::send(ssh, SIGKILL));

    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    CHECK(wait_until([&] { return port_is_free(port); }));
    check_nothing_left(sshd);
}

TEST_CASE("USR1 restarts a real ssh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});
    REQUIRE(carries_bytes(port));
    const pid_t ssh = autossh.log().ssh_pid();

    REQUIRE(autossh.process().signal(SIGUSR1));

    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(autossh.log().count("signalled to kill and restart ssh") == 1);
    CHECK(state_of(ssh) == '-');
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("starting ssh") == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
