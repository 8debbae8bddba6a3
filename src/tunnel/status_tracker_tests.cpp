// The part of StatusTracker that is about the connection tests.
#include "autossh/base/numbers.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

void StatusTracker::note_loop()
{
    const std::string& here = client_.entrance_refusal();
    if (client_.loop_refused() && !loop_is_no_help_)
        loop_unproven(!here.empty()
                          ? here
                          : "the server does not forward them, or the port that they take there is in use");
}

void StatusTracker::test_passed(Duration round_trip)
{
    client_.loop_works();
    state_machine_.note_round_trip(round_trip);
    if (waits_for_forwards())
        return;
    tell_refused();
    record(TunnelEvent::test_passed,
           fmt::format("the connection test came back in {}", in_milliseconds(round_trip)));
}

void StatusTracker::test_failed(const std::string& reason)
{
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

}  // namespace autossh
