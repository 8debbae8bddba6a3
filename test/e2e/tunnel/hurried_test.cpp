// Manual, "Signals": CONT while ssh runs tests the connection.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/waits.hpp"

#include <csignal>

using namespace autossh_test;

TEST_CASE("CONT tests the connection long before the poll time is over")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Autossh autossh(sshd, {"-N"}, default_times());
    REQUIRE(autossh.log().wait_for("]: connection ok\n"));
    for (int times = 2; times <= 4; ++times) {
        autossh.process().signal(SIGCONT);
        REQUIRE(autossh.log().wait_for("]: connection ok\n", times));
    }
    CHECK(starts(autossh) == 1);
    CHECK(autossh.log().count("]: suspect: ") == 0);

    sshd.signal_sessions(SIGSTOP);
    autossh.process().signal(SIGCONT);
    CHECK(autossh.log().wait_for("]: suspect: a connection test failed: "));
    CHECK(autossh.log().wait_for("]: port down, restarting ssh\n"));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(starts(autossh) == 2);
    CHECK(autossh.end() == exited(1));
    sshd.signal_sessions(SIGCONT);
    check_nothing_left(sshd);
}
