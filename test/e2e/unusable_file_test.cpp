// Manual, "Log" and "Pid file": files that cannot be had now, and those that never can.
#include "e2e/fake_session.hpp"
#include "support/catch.hpp"

#include <csignal>
#include <string>

using namespace autossh_test;

namespace {

void stop(FakeSession& session)
{
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().wait_until_nothing_left());
}

}  // namespace

TEST_CASE("Log: a file that may not grow any more does not cost the tunnel", "[e2e]")
{
    FakeSession session("record; sleep");
    session.wrap = [](std::vector<std::string> words) {
        const std::vector<std::string> limited{"/bin/sh", "-c", "ulimit -f 2; exec \"$@\"", "sh"};
        words.insert(words.begin(), limited.begin(), limited.end());
        return words;
    };
    session.start();
    for (int start = 1; start <= 6; ++start) {
        REQUIRE(session.started(start));
        REQUIRE(session.autossh().signal(SIGUSR1));
    }
    REQUIRE(session.started(7));
    CHECK(session.log().size() <= 2 * 1024);
    CHECK_FALSE(session.log().find("(count 7)") != std::string::npos);
    CHECK(session.state(7, "ignored").empty());
    stop(session);
    CHECK(session.autossh().wait_until_nothing_left());
}
