#include "autossh/rules/settling.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("States: a second after the log-in the forwards are taken for accepted, unless a test will tell")
{
    const Time start = Time{} + 1h;
    Settling settling;
    settling.ssh_starts();
    settling.ssh_runs(start);
    CHECK(settling.due(State::connecting, {}) == never);
    settling.logged_in(start + 5s);
    CHECK(settling.logged_in_at() == start + 5s);
    CHECK(settling.due(State::authenticated, {}) == start + 6s);
    CHECK(settling.due(State::authenticated, {.is_answered = true}) == start + 5s);
    CHECK(settling.due(State::authenticated, {.waits_for_test = true}) == never);
    CHECK(settling.due(State::authenticated, {.waits_for_test = true, .is_answered = true}) == never);
    CHECK(settling.due(State::connecting, {.is_answered = true}) == start + 5s);
    for (const State state : {State::starting, State::up, State::degraded, State::suspect, State::waiting})
        CHECK(settling.due(state, {}) == never);
    settling.ssh_starts();
    CHECK_FALSE(settling.logged_in_at());
}

TEST_CASE("States: what is still to be learned about forwards holds up, for a moment")
{
    const Time start = Time{} + 1h;
    Settling settling;
    settling.ssh_starts();
    settling.ssh_runs(start);
    settling.logged_in(start);
    settling.hold(start + 2s);
    CHECK(settling.due(State::authenticated, {}) == start + 2s);
    CHECK(settling.due(State::authenticated, {.is_answered = true}) == start + 2s);
    CHECK(settling.due(State::authenticated, {.waits_for_test = true}) == never);
    settling.hold({});
    CHECK(settling.due(State::authenticated, {.is_answered = true}) == start);
    settling.hold(start + 2s);
    settling.ssh_starts();
    settling.logged_in(start);
    CHECK(settling.due(State::authenticated, {.is_answered = true}) == start);
}

TEST_CASE("States: where no log-in can be seen, an ssh that lives for 30 s and is connected counts as up")
{
    const Time start = Time{} + 1h;
    const Settling::Circumstances blind{.time_tells = true};
    Settling settling;
    settling.ssh_starts();
    settling.ssh_runs(start);
    CHECK(settling.due(State::connecting, blind) == start + 30s);
    settling.is_still_connecting(start + 30s);
    CHECK(settling.due(State::connecting, blind) == start + 32s);
    CHECK(settling.due(State::connecting, {}) == never);
    CHECK(settling.due(State::connecting, {.waits_for_test = true, .time_tells = true}) == never);
}
