// Manual, "States".
#include "autossh/base/numbers.hpp"
#include "autossh/rules/state.hpp"

#include "autossh/rules/fleet_report.hpp"
#include "autossh/rules/status_report.hpp"
#include "support/catch.hpp"

#include <array>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

constexpr std::array all_states{State::starting, State::connecting, State::authenticated,
                                State::up,       State::degraded,   State::suspect,
                                State::stopping, State::waiting,    State::gave_up};

/// A tunnel that is followed, with a clock of its own.
class Followed {
public:
    std::string after(Duration time, TunnelEvent what, const std::string& cause = "cause")
    {
        now_ += time;
        return state_machine_.record(what, now_, cause).value_or("");
    }
    std::string wait_after(Duration time, const std::string& cause, Duration wait)
    {
        now_ += time;
        return state_machine_.record_wait(now_, cause, wait);
    }
    State state() const { return state_machine_.status().state; }
    const Status& status() const { return state_machine_.status(); }
    Time now() const { return now_; }

private:
    Time now_ = Time{} + 100h;
    StateMachine state_machine_;
};

}  // namespace

TEST_CASE("States: a wait may be shortened, and lose and find its way to the server")
{
    const Time now = Time{} + 100h;
    StateMachine chronicle;
    static_cast<void>(chronicle.record(TunnelEvent::start, now, "first start"));
    static_cast<void>(chronicle.record_wait(now, "refused", 30s));
    CHECK_FALSE(chronicle.move_next_try(now + 30s));
    CHECK(chronicle.move_next_try(std::nullopt));
    CHECK_FALSE(chronicle.status().next_try);
    CHECK(chronicle.move_next_try(now + 5s));
    CHECK(chronicle.status().next_try == now + 5s);
    static_cast<void>(chronicle.record(TunnelEvent::start, now, "start 2"));
    CHECK_FALSE(chronicle.move_next_try(std::nullopt));
}

TEST_CASE("States: what leads from one to another")
{
    using enum State;
    // In the order of all_states.
    struct Row {
        TunnelEvent what;
        std::array<State, all_states.size()> after;
    };
    const std::vector<Row> rows{
        {TunnelEvent::start,
         {starting, starting, starting, starting, starting, starting, starting, starting, starting}},
        {TunnelEvent::executed,
         {connecting, connecting, authenticated, up, degraded, suspect, stopping, waiting, gave_up}},
        {TunnelEvent::logged_in,
         {starting, authenticated, authenticated, up, degraded, suspect, stopping, waiting, gave_up}},
        {TunnelEvent::confirmed, {starting, up, up, up, degraded, suspect, stopping, waiting, gave_up}},
        {TunnelEvent::forward_refused,
         {starting, connecting, degraded, degraded, degraded, suspect, stopping, waiting, gave_up}},
        {TunnelEvent::test_failed,
         {starting, connecting, authenticated, suspect, suspect, suspect, stopping, waiting, gave_up}},
        {TunnelEvent::test_passed, {starting, up, up, up, up, up, stopping, waiting, gave_up}},
        {TunnelEvent::ending,
         {starting, stopping, stopping, stopping, stopping, stopping, stopping, waiting, gave_up}},
        {TunnelEvent::ended,
         {waiting, waiting, waiting, waiting, waiting, waiting, waiting, waiting, waiting}},
        {TunnelEvent::ended_for_good,
         {gave_up, gave_up, gave_up, gave_up, gave_up, gave_up, gave_up, gave_up, gave_up}},
    };
    for (const Row& row : rows)
        for (std::size_t i = 0; i < all_states.size(); ++i) {
            INFO("happening " << static_cast<int>(row.what) << " in " << name(all_states.at(i)));
            CHECK(next_state(all_states.at(i), row.what, false) == row.after.at(i));
        }
}

TEST_CASE("States: with a refused forward a tunnel is degraded and not up")
{
    CHECK(next_state(State::authenticated, TunnelEvent::confirmed, true) == State::degraded);
    CHECK(next_state(State::connecting, TunnelEvent::test_passed, true) == State::degraded);
    CHECK(next_state(State::suspect, TunnelEvent::test_passed, true) == State::degraded);
}

TEST_CASE("States: each change is one line with its cause")
{
    Followed tunnel;
    CHECK(tunnel.after(0s, TunnelEvent::start, "first start") == "starting: first start");
    CHECK(tunnel.after(1ms, TunnelEvent::executed, "ssh 42") == "connecting: ssh 42");
    CHECK(tunnel.after(799ms, TunnelEvent::logged_in, "by key") == "authenticated after 0.8 s: by key");
    CHECK(tunnel.after(200ms, TunnelEvent::confirmed, "no forward refused") == "up: no forward refused");
    CHECK(tunnel.after(1h, TunnelEvent::test_passed).empty());
    CHECK(tunnel.after(1h, TunnelEvent::test_failed, "timeout") == "suspect: timeout");
    CHECK(tunnel.after(1s, TunnelEvent::test_failed, "timeout").empty());
    CHECK(tunnel.after(1s, TunnelEvent::test_passed, "the test passes again") == "up: the test passes again");
    CHECK(tunnel.wait_after(1h + 12min - 2s, "no answer to keepalives (ssh exited 255)", 2s) ==
          "down after 3 h 12 m: no answer to keepalives (ssh exited 255); trying again in 2 s");
    CHECK(tunnel.state() == State::waiting);
    CHECK(tunnel.status().next_try == tunnel.now() + 2s);

    CHECK(tunnel.after(2s, TunnelEvent::start, "the wait is over") == "starting: the wait is over");
    CHECK_FALSE(tunnel.status().next_try);
    CHECK(tunnel.after(0s, TunnelEvent::executed, "ssh 43") == "connecting: ssh 43");
    CHECK(tunnel.wait_after(3s, "connection refused (ssh exited 255)", 0s) ==
          "not up after 3 s: connection refused (ssh exited 255); trying again at once");
    CHECK(tunnel.after(0s, TunnelEvent::start) == "starting: cause");
    CHECK(tunnel.after(0s, TunnelEvent::executed) == "connecting: cause");
    CHECK(tunnel.after(1s, TunnelEvent::logged_in) == "authenticated after 1 s: cause");
    CHECK(tunnel.after(1s, TunnelEvent::confirmed, "no forward refused") ==
          "up again after 7 s: no forward refused");
}

TEST_CASE("States: a stop, a restart and a give-up tell how long it was up")
{
    Followed tunnel;
    for (const TunnelEvent what :
         {TunnelEvent::start, TunnelEvent::executed, TunnelEvent::logged_in, TunnelEvent::confirmed})
        tunnel.after(0s, what);
    CHECK(tunnel.after(5min, TunnelEvent::ending, "signal 10") == "stopping: signal 10");
    CHECK(tunnel.wait_after(1s, "signal 10", 0s) == "down after 5 m 1 s: signal 10; trying again at once");

    for (const TunnelEvent what : {TunnelEvent::start, TunnelEvent::executed})
        tunnel.after(0s, what);
    CHECK(tunnel.after(40s, TunnelEvent::ended_for_good, "exit status 3") ==
          "gave up after 40 s: exit status 3");
    CHECK(tunnel.state() == State::gave_up);
}

TEST_CASE("States: each further forward that is refused has its line, in this session only")
{
    Followed tunnel;
    for (const TunnelEvent what : {TunnelEvent::start, TunnelEvent::executed, TunnelEvent::logged_in})
        tunnel.after(0s, what);
    CHECK(tunnel.after(1s, TunnelEvent::forward_refused, "port 1") == "degraded: port 1");
    CHECK(tunnel.after(0s, TunnelEvent::forward_refused, "port 2") == "degraded: port 2");
    CHECK(tunnel.after(1s, TunnelEvent::confirmed).empty());
    tunnel.after(1s, TunnelEvent::test_failed);
    CHECK(tunnel.after(1s, TunnelEvent::test_passed) == "degraded: cause");
    tunnel.wait_after(1s, "lost", 0s);

    for (const TunnelEvent what : {TunnelEvent::start, TunnelEvent::executed, TunnelEvent::logged_in})
        tunnel.after(0s, what);
    tunnel.after(1s, TunnelEvent::confirmed);
    CHECK(tunnel.state() == State::up);
}

TEST_CASE("Times as a person says them")
{
    const std::vector<std::pair<Duration, std::string>> table{
        {0ms, "0 s"},      {40ms, "0.0 s"},          {849ms, "0.8 s"},
        {1s, "1 s"},       {9999ms, "9.9 s"},        {12500ms, "12 s"},
        {60s, "1 m"},      {185s, "3 m 5 s"},        {59min + 59s, "59 m 59 s"},
        {60min, "1 h"},    {3h + 12min, "3 h 12 m"}, {24h, "1 d"},
        {123h, "5 d 3 h"}, {24h * 365 * 2, "730 d"}};
    for (const auto& [duration, text] : table)
        CHECK(for_people(duration) == text);
}

TEST_CASE("States: the same failure again is one short line for who has seen the first")
{
    StateMachine machine;
    const Time now{};
    const auto fails = [&](const std::string& cause) {
        machine.record(TunnelEvent::start, now, "");
        const auto of_start = machine.repeat();
        machine.record_wait(now, cause, std::chrono::seconds(2));
        return std::pair(of_start.has_value(), machine.repeat().value_or("-"));
    };
    CHECK(fails("refused") == std::pair(false, std::string("-")));
    CHECK(fails("refused") ==
          std::pair(true, std::string("not up after 2 tries, as before; trying again in 2 s")));
    CHECK(fails("refused").second == "not up after 3 tries, as before; trying again in 2 s");
    CHECK(fails("no route").second == "-");
    CHECK(fails("no route").second == "not up after 2 tries, as before; trying again in 2 s");
    machine.record(TunnelEvent::start, now, "");
    machine.record(TunnelEvent::executed, now, "");
    machine.record(TunnelEvent::confirmed, now, "");
    CHECK_FALSE(machine.repeat());
    machine.record_wait(now, "no route", std::chrono::seconds(2));
    CHECK_FALSE(machine.repeat());
}

TEST_CASE("Starting: who waits for others has not been tried, and what had ended it before is still told")
{
    StateMachine machine;
    Time now = Time() + 1h;
    CHECK(machine.note_hold("for its turn (2 before it)", true, now));
    CHECK_FALSE(machine.note_hold("for its turn (2 before it)", true, now));
    CHECK(machine.status().state == State::waiting);
    CHECK(in_words(machine.status(), now) == "waiting: for its turn (2 before it)");
    CHECK_FALSE(has_been_tried(machine.status()));
    CHECK(health(machine.status()) == Health::impaired);
    CHECK(machine.note_hold("for db", false, now));
    CHECK(has_been_tried(machine.status()));
    CHECK(health(machine.status()) == Health::down);
    CHECK(machine.record(TunnelEvent::start, now, "first start") == "starting: first start");
    CHECK(machine.status().hold.empty());
    machine.record(TunnelEvent::executed, now, "");
    machine.record(TunnelEvent::confirmed, now, "");
    now += 5s;
    machine.record_wait(now, "connection lost", 0s);
    machine.note_hold("for its turn", true, now);
    now += 3s;
    CHECK(in_words(machine.status(), now) == "waiting: for its turn; down for 3 s: connection lost");
    CHECK(health(machine.status()) == Health::down);
    CHECK(machine.note_hold("", false, now));
    CHECK(machine.status().state == State::waiting);
}
