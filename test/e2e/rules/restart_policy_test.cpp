// Manual, "Exit of ssh": --restart, with the stand-in for ssh.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"

#include <csignal>
#include <string>

using namespace autossh_test;

namespace {

/// With the default gate time.
void forget_gate(FakeSession& session)
{
    session.options.changes.erase("AUTOSSH_GATETIME");
}

void check_ended(FakeSession& session, int status, const std::string& line)
{
    CHECK(session.autossh().wait_for_exit() == exited(status));
    CHECK(session.starts() == 1);
    CHECK(session.log().ends_with("]: " + line + "\n"));
    CHECK(session.autossh().wait_until_nothing_left());
}

}  // namespace

TEST_CASE("Restart always: whatever the status of ssh is, also within the default gate time", "[e2e]")
{
    FakeSession session("exit 0\nexit 3\nexit 255\nexit 1\ndie KILL\nsleep");
    forget_gate(session);
    session.start({"-M", "0", "--restart=always"});
    REQUIRE(session.started(6));
    for (const char* line : {"ssh exited with status 0; restarting ssh\n", "ssh exited with error status 3; ",
                             "ssh exited with error status 255; ", "ssh exited with error status 1; ",
                             "ssh exited on signal 9, restarting ssh\n"}) {
        INFO(line);
        CHECK(session.logged(std::string("]: ") + line));
    }
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
}

TEST_CASE("Restart always: a gate time that was given holds", "[e2e]")
{
    for (const int status : {0, 3, 255}) {
        CAPTURE(status);
        FakeSession session("exit " + std::to_string(status),
                            {{"AUTOSSH_GATETIME", "30"}, {"AUTOSSH_RESTART", "always"}});
        session.start();
        check_ended(session, 1,
                    "ssh exited prematurely with status " + std::to_string(status) + "; autossh exiting");
    }
}

TEST_CASE("Restart never: every end of ssh ends autossh, with its status, and there is no default gate time",
          "[e2e]")
{
    for (const int status : {0, 1, 3, 23, 255}) {
        CAPTURE(status);
        FakeSession session("exit " + std::to_string(status));
        forget_gate(session);
        session.start({"-M", "0", "--restart=never"});
        check_ended(session, status,
                    "ssh exited with status " + std::to_string(status) + "; autossh exiting");
    }
    FakeSession session("die KILL", {{"AUTOSSH_RESTART", "never"}});
    forget_gate(session);
    session.start();
    check_ended(session, 128 + SIGKILL, "ssh exited on signal 9; autossh exiting");
}

TEST_CASE("Restart never: a gate time that was given holds, and USR1 still restarts", "[e2e]")
{
    for (const int status : {0, 3}) {
        CAPTURE(status);
        FakeSession session("exit " + std::to_string(status), {{"AUTOSSH_GATETIME", "30"}});
        session.start({"-M", "0", "--restart=never"});
        check_ended(session, status == 0 ? 1 : status,
                    "ssh exited prematurely with status " + std::to_string(status) + "; autossh exiting");
    }
    FakeSession session("sleep\nsleep\nexit 7");
    session.start({"-M", "0", "--restart=never"});
    for (int start = 1; start <= 2; ++start) {
        REQUIRE(session.started(start));
        session.autossh().signal(SIGUSR1);
    }
    CHECK(session.autossh().wait_for_exit() == exited(7));
    CHECK(session.starts() == 3);
    CHECK(session.log().ends_with("]: ssh exited with status 7; autossh exiting\n"));
}

TEST_CASE("Restart on failure: by option, over the variable, as without both", "[e2e]")
{
    FakeSession session("exit 255\nexit 3", {{"AUTOSSH_RESTART", "always"}});
    session.start({"-M", "0", "--restart", "on-failure"});
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.starts() == 2);
    CHECK(session.logged("]: ssh exited with status 3; autossh exiting\n"));
}
