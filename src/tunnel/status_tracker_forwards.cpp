// The part of StatusTracker that is about refused forwards.
#include "autossh/tunnel/status_tracker.hpp"

#include <fmt/core.h>

namespace autossh {

void StatusTracker::note_refused()
{
    refusals_.note(client_.refused_forwards(), ssh_);
    // ssh may have dropped them all before the log-in; and where all of them count, it may be about to end.
    const State state = status().state;
    const bool early = state == State::connecting && plan_->log.login_is_heard;
    const bool unsettled = state == State::connecting || state == State::authenticated;
    if (!early && !((plan_->forwards.are_vital || plan_->forwards.are_retried) && unsettled))
        tell_refused();
}

void StatusTracker::read_refusal(std::string_view line)
{
    client_.read_refusal(line);
    note_loop();
    note_refused();
    if (state_machine_.note_forwards(client_.allocated_ports(), client_.forwards()))
        on_change_();
}

void StatusTracker::tell_refused()
{
    while (const auto refused = refusals_.take_untold()) {
        note_remedy(*refused);
        record(TunnelEvent::forward_refused, refused->cause);
        if (status().state == State::degraded)
            advise();
    }
}

bool StatusTracker::waits_for_forwards() const
{
    const bool not_up = plan_->forwards.are_vital ? client_.some_forward_failed()
                                                  : client_.every_forward_failed(plan_->forwards.users);
    return asks_again() && status().state == State::authenticated && not_up;
}

void StatusTracker::tell_of_wait_for_forwards()
{
    const std::string words = fmt::format("not up yet: {}", refusal().cause);
    note_remedy(refusal());
    state_machine_.note_not_up(words);
    reporter_.remark(words + "; asking again on this connection");
    advise();
    on_change_();
}

void StatusTracker::forward_is_granted(const SshMessage& refusal, const ConfiguredForward& forward,
                                       const std::string& words)
{
    client_.forward_is_granted(refusal, forward);
    if (!client_.is_refused(refusal))
        refusals_.drop(refusal);
    state_machine_.note_forwards(client_.allocated_ports(), client_.forwards());
    if (const auto left = refusals_.last()) {
        reporter_.remark(words);
        tell_refused();
        if (status().cause != left->cause)
            record(TunnelEvent::forward_refused, left->cause);
    } else {
        record(TunnelEvent::forwards_work, words);
    }
    on_change_();
}

void StatusTracker::note_port(const ConfiguredForward& forward, std::uint16_t before, std::uint16_t port)
{
    client_.note_port(forward, before, port);
    if (state_machine_.note_forwards(client_.allocated_ports(), client_.forwards()))
        on_change_();
}

}  // namespace autossh
