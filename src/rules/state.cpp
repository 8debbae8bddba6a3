#include "autossh/rules/state.hpp"

#include "autossh/base/numbers.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

bool carries_traffic(State state)
{
    return state == State::up || state == State::degraded || state == State::suspect;
}

namespace {

bool runs(State state)
{
    return state == State::connecting || state == State::authenticated || state == State::up ||
           state == State::degraded || state == State::suspect;
}

std::string next_try_in_words(std::optional<Duration> wait, std::string_view or_when)
{
    if (!wait)
        return "trying again when there is a way to the server";
    if (*wait == Duration::zero())
        return "trying again at once";
    if (!or_when.empty())
        return fmt::format("trying again when {}, or in {}", or_when, for_people(*wait));
    return fmt::format("trying again in {}", for_people(*wait));
}

Duration between(Time from, Time to)
{
    return std::chrono::duration_cast<Duration>(to - from);
}

}  // namespace

std::string_view name(State state)
{
    switch (state) {
    case State::starting: return "starting";
    case State::connecting: return "connecting";
    case State::authenticated: return "authenticated";
    case State::up: return "up";
    case State::degraded: return "degraded";
    case State::suspect: return "suspect";
    case State::stopping: return "stopping";
    case State::waiting: return "waiting";
    case State::gave_up: return "gave-up";
    }
    return "";
}

State next_state(State state, TunnelEvent what, bool refused)
{
    const State confirmed = refused ? State::degraded : State::up;
    switch (what) {
    case TunnelEvent::start: return State::starting;
    case TunnelEvent::executed: return state == State::starting ? State::connecting : state;
    case TunnelEvent::logged_in: return state == State::connecting ? State::authenticated : state;
    case TunnelEvent::confirmed:
        return state == State::connecting || state == State::authenticated ? confirmed : state;
    case TunnelEvent::forward_refused:
        return state == State::authenticated || state == State::up ? State::degraded : state;
    case TunnelEvent::forwards_work:
        return state == State::authenticated || state == State::degraded ? State::up : state;
    case TunnelEvent::test_failed:
        return state == State::up || state == State::degraded ? State::suspect : state;
    case TunnelEvent::test_passed: return runs(state) ? confirmed : state;
    case TunnelEvent::ending: return runs(state) ? State::stopping : state;
    case TunnelEvent::ended: return State::waiting;
    case TunnelEvent::ended_for_good: return State::gave_up;
    }
    return state;
}

std::optional<std::string> StateMachine::record(TunnelEvent what, Time now, std::string cause)
{
    if (what == TunnelEvent::start || what == TunnelEvent::forwards_work)
        refused_ = false;
    if (what == TunnelEvent::forward_refused)
        refused_ = true;
    const State after = next_state(status_.state, what, refused_);
    const bool another_refused = what == TunnelEvent::forward_refused && after == State::degraded;
    if (std::exchange(begun_, true) && after == status_.state && !another_refused)
        return std::nullopt;

    const bool is_try = after == State::starting || after == State::connecting;
    repeat_ = is_try && status_.tried_in_vain ? std::optional(std::string()) : std::nullopt;
    status_.cause = std::move(cause);
    std::string told = line(after, now);
    enter(after, now);
    return told;
}

Duration StateMachine::up_for(Time now) const
{
    return status_.up_since ? between(*status_.up_since, now) : Duration::zero();
}

std::string StateMachine::record_wait(Time now, std::string cause, std::optional<Duration> wait,
                                      std::string_view or_when)
{
    const bool same = status_.tried_in_vain && !status_.up_since && status_.trouble == cause;
    same_ends_ = same ? same_ends_ + 1 : 1;
    status_.cause = std::move(cause);
    const std::string_view verb = status_.up_since ? "down" : "not up";
    const std::string told = fmt::format("{} after {}: {}", verb, lasted(now), status_.cause);
    status_.tried_in_vain = !status_.up_since;
    status_.trouble = status_.cause;
    enter(next_state(status_.state, TunnelEvent::ended, refused_), now);
    if (wait)
        status_.next_try = now + *wait;
    const std::string next = next_try_in_words(wait, or_when);
    repeat_.reset();
    if (same)
        repeat_ = fmt::format("not up after {} tries, as before; {}", same_ends_, next);
    return fmt::format("{}; {}", told, next);
}

bool StateMachine::note_forwards(const std::vector<std::string>& ports, const std::string& forwards)
{
    if (ports == status_.allocated_ports && forwards == status_.forwards)
        return false;
    status_.allocated_ports = ports;
    status_.forwards = forwards;
    return true;
}

bool StateMachine::note_hold(std::string words, bool in_line, Time now)
{
    if (words == status_.hold)
        return false;
    if (!words.empty() && status_.state != State::waiting)
        enter(State::waiting, now);
    if (!words.empty())
        status_.next_try.reset();
    status_.hold = std::move(words);
    status_.is_in_line = in_line && !status_.hold.empty();
    return true;
}

bool StateMachine::move_next_try(std::optional<Time> next_try)
{
    return status_.state == State::waiting && std::exchange(status_.next_try, next_try) != next_try;
}

void StateMachine::enter(State state, Time now)
{
    const bool goes_on = state == status_.state;
    status_.state = state;
    status_.next_try.reset();
    status_.silence.clear();
    status_.hold.clear();
    status_.is_in_line = false;
    if (!goes_on || state == State::starting)
        status_.since = now;
    if (state == State::starting) {
        session_began_ = now;
        status_.last_test.reset();
        status_.allocated_ports.clear();
        status_.forwards.clear();
    }
    if (carries_traffic(state)) {
        status_.up_since = status_.up_since.value_or(now);
        status_.down_since.reset();
        status_.trouble.clear();
        status_.tried_in_vain = false;
        if (state == State::up)
            status_.remedy.clear();
    } else if (status_.up_since && (state == State::waiting || state == State::gave_up)) {
        status_.up_since.reset();
        status_.down_since = now;
    }
}

/// How long it was up, or how long it tried to be.
std::string StateMachine::lasted(Time now) const
{
    return for_people(between(status_.up_since.value_or(session_began_), now));
}

std::string StateMachine::line(State after, Time now) const
{
    const std::string& cause = status_.cause;
    if (after == State::authenticated)
        return fmt::format("authenticated after {}: {}", for_people(between(session_began_, now)), cause);
    if (after == State::gave_up)
        return fmt::format("gave up after {}: {}", for_people(between(session_began_, now)), cause);
    if (after == State::up && !status_.up_since && status_.down_since)
        return fmt::format("up again after {}: {}", for_people(between(*status_.down_since, now)), cause);
    return fmt::format("{}: {}", name(after), cause);
}

}  // namespace autossh
