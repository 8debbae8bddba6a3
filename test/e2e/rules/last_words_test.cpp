// Manual, "Giving up", with the scripted ssh: what standard error is told.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"

using namespace autossh_test;

TEST_CASE("Giving up: of another client than OpenSSH's it is the line that the log has", "[e2e]")
{
    for (const std::string gate : {"0", "30"}) {
        FakeSession session("exit 3", {{"AUTOSSH_GATETIME", gate}});
        session.start();
        CHECK(session.autossh().wait_for_exit() == exited(1));
        const std::string how = gate == "0" ? "with" : "prematurely with";
        CHECK(session.autossh().errors() == "autossh: ssh exited " + how + " status 3; autossh exiting\n");
    }
}

TEST_CASE("Giving up: nothing is said of an end that somebody has asked for", "[e2e]")
{
    FakeSession never("exit 255");
    never.start({"-M", "0", "--restart", "never"});
    CHECK(never.autossh().wait_for_exit() == exited(255));
    CHECK(never.autossh().errors().empty());

    FakeSession most("exit 255", {{"AUTOSSH_MAXSTART", "2"}});
    most.start();
    CHECK(most.autossh().wait_for_exit() == exited(0));
    CHECK(most.autossh().errors().empty());

    FakeSession done("exit 0");
    done.start();
    CHECK(done.autossh().wait_for_exit() == exited(0));
    CHECK(done.autossh().errors().empty());

    FakeSession stopped("sleep");
    stopped.start();
    REQUIRE(stopped.started(1));
    stop(stopped);
    CHECK(stopped.autossh().errors().empty());
}
