// The part of StatusTracker that is about the living connection: its tests, and who shares it.
#include "autossh/base/numbers.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

void StatusTracker::test_passed(Duration round_trip)
{
    client_.loop().works();
    state_machine_.note_round_trip(round_trip);
    remarks_.echo_answers();
    figures_.round_trips.passed(round_trip);
    passed_while_held_ = status().state == State::authenticated && Clock::now() < settling_.held_until();
    if (passed_while_held_ || waits_for_forwards())
        return;
    tell_refused();
    record(TunnelEvent::test_passed,
           fmt::format("the connection test came back in {}", in_milliseconds(round_trip)));
}

void StatusTracker::test_failed(const std::string& reason)
{
    figures_.round_trips.failed();
    record(TunnelEvent::test_failed, fmt::format("a connection test failed: {}", reason));
}

void StatusTracker::connection_is_doubtful(std::string cause)
{
    record(TunnelEvent::test_failed, std::move(cause));
}

void StatusTracker::loop_unproven(const std::string& reason)
{
    loop_is_no_help_ = true;
    remarks_.keep_no_tests(reason);
    if (status().state != State::connecting && status().state != State::authenticated)
        remarks_.tell_kept();
}

void StatusTracker::loop_moves(std::optional<std::uint16_t> port)
{
    if (port) {
        client_.loop().move_to(*port);
        figures_.loop_port = port;
        return;
    }
    client_.loop().cannot_move();
    note_loop();
}

/// The connection has carried to us that it is: it lives.
void StatusTracker::echo_is_away(const std::string& reason)
{
    loop_is_no_help_ = true;
    remarks_.echo_is_away(reason);
    if (status().state == State::suspect)
        server_is_heard();
}

void StatusTracker::note_sharing(std::string words)
{
    if (state_machine_.note_sharing(std::move(words)))
        on_change_();
}

std::optional<Duration> StatusTracker::up_for(Time now) const
{
    return plan_->understood ? std::optional(state_machine_.up_for(now)) : std::nullopt;
}

}  // namespace autossh
