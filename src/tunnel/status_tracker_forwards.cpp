// The part of StatusTracker that is about refused forwards.
#include "autossh/tunnel/status_tracker.hpp"

#include <fmt/core.h>

namespace autossh {

void StatusTracker::note_refused()
{
    refusals_.note(client_, ssh_);
    // ssh may have dropped them all before the log-in; and where all of them count, it may be about to end.
    const State state = status().state;
    const bool early = state == State::connecting && plan_->log.login_is_heard;
    const bool unsettled = state == State::connecting || state == State::authenticated;
    const SshPlan::Forwards& forwards = plan_->forwards;
    const bool may_end = forwards.are_vital || forwards.some_are_required || forwards.are_retried;
    if (!early && !(may_end && unsettled))
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

void StatusTracker::note_refusal(const SshMessage& refusal)
{
    client_.note_refusal(refusal);
    note_refused();
    if (state_machine_.note_forwards(client_.allocated_ports(), client_.forwards()))
        on_change_();
}

void StatusTracker::tell_refused()
{
    while (const auto refused = refusals_.take_untold()) {
        if (refused->need == ForwardNeed::optional) {
            remarks_.optional_forward(refused->in_full);
            continue;
        }
        note_remedy(refused->in_full);
        record(TunnelEvent::forward_refused, refused->in_full.cause);
        if (status().state == State::degraded)
            advise();
    }
}

bool StatusTracker::waits_for_forwards() const
{
    const bool not_up = plan_->forwards.are_vital ? client_.some_forward_failed()
                                                  : client_.every_forward_failed(plan_->forwards.users);
    return asks_again() && status().state == State::authenticated &&
           (not_up || client_.required_forward_failed());
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
    const auto left = refusals_.last();
    if (waits_for_forwards() || (!left && status().state == State::up)) {
        reporter_.remark(words);
    } else if (left) {
        reporter_.remark(words);
        tell_refused();
        if (status().cause != left->cause)
            record(TunnelEvent::forward_refused, left->cause);
    } else {
        record(TunnelEvent::forwards_work, words);
    }
    on_change_();
}

void StatusTracker::change_forwards(std::vector<Forward> forwards)
{
    const std::vector<SshMessage> refused = client_.refused_forwards();
    client_.change_forwards(std::move(forwards));
    for (const SshMessage& refusal : refused)
        if (!client_.is_refused(refusal))
            refusals_.drop(refusal);
    state_machine_.note_forwards(client_.allocated_ports(), client_.forwards());
    if (status().state == State::degraded && !refusals_.last())
        record(TunnelEvent::forwards_work, "what was refused is not wanted any more");
    on_change_();
}

void StatusTracker::note_port(const ConfiguredForward& forward, std::uint16_t before, std::uint16_t port)
{
    client_.note_port(forward, before, port);
    if (state_machine_.note_forwards(client_.allocated_ports(), client_.forwards()))
        on_change_();
}

}  // namespace autossh
