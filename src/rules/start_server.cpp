#include "autossh/rules/start_server.hpp"

#include "autossh/rules/start_times.hpp"

#include <algorithm>

namespace autossh {

void StartServer::logged_in()
{
    is_proven_ = true;
    doubt_since_.reset();
    knocked_in_vain_ = false;
    closed_.reset();
    shut_out_.reset();
    first_failed_.reset();
}

void StartServer::answered(Time now)
{
    if (now >= answered_ + times::shortest_scouting)  // one knock is told to all who wait for it
        add_penalty(times::penalty_of_knock, now);
    answered_ = now;
}

void StartServer::failed(std::uint32_t member, StartOutcome outcome, Time granted, Time now)
{
    switch (outcome) {
    case StartOutcome::port_closed:
    case StartOutcome::unreachable:
        closed_.reset();
        shut_out_.reset();
        note_away(member, outcome == StartOutcome::port_closed, now);
        return;
    case StartOutcome::closed:
    case StartOutcome::shut_out:
        note_away(member, false, now);
        note_closed(member, outcome == StartOutcome::shut_out, granted, now);
        return;
    case StartOutcome::refused:
        add_penalty(times::penalty_of_refusal, now);
        refused_before_ = last_refused_.value_or(Time{});
        last_refused_ = now;
        last_refused_of_ = member;
        [[fallthrough]];
    case StartOutcome::other:  // it has come as far as that
        closed_.reset();
        shut_out_.reset();
        return;
    case StartOutcome::dropped: add_penalty(times::penalty_of_knock, now); return;
    }
}

/// While another one is up, it is a matter of that member's own until a second one fails. A server that
/// answers knocks and lets nobody in is not tried for them; one that refuses has really closed its port.
void StartServer::note_away(std::uint32_t member, bool is_closed, Time now)
{
    last_failure_ = now;
    if (up > 0 && first_failed_.value_or(member) == member) {
        first_failed_ = member;
        return;
    }
    is_proven_ = false;
    doubt_since_ = doubt_since_.value_or(now);
    knocked_in_vain_ = !is_closed && (knocked_in_vain_ || answered_ > Time{});
    answered_ = {};
}

/// A server that is being restarted closes some connections, too, but not for long.
void StartServer::note_closed(std::uint32_t member, bool is_told, Time granted, Time now)
{
    if (shut_out_ && granted >= shut_out_->next) {
        const auto& waits = times::shared_shut_out_waits;
        shut_out_->tries = std::min(shut_out_->tries + 1, waits.size() - 1);
        shut_out_->next = now + waits.at(shut_out_->tries);
    }
    if (shut_out_ || members < 2)
        return;
    if (!closed_) {
        closed_ = Closed{member, now, is_told};
        return;
    }
    const bool of_both = closed_->member != member;
    if (of_both && ((closed_->is_told && is_told) || now - closed_->at >= times::restart_of_sshd))
        shut_out_ = ShutOut{now, 0, now + times::shared_shut_out_waits.front()};
}

void StartServer::add_penalty(Duration penalty, Time now)
{
    penalties_end_ = std::max(penalties_end_, now) + penalty;
}

StartHold StartServer::next_start(std::optional<Time> asked_at) const
{
    StartHold hold{.why = StartHold::Why::order, .until = Time{}};
    if (members < 2)  // it has rules of its own for all that
        return hold;
    const bool is_asked_for = asked_at && *asked_at > last_failure_;
    if (shut_out_ && !is_asked_for)
        return {.why = StartHold::Why::shut_out, .until = shut_out_->next};
    if (const Time calm = penalties_end_ - times::harmless_penalties; calm > Time{})
        hold = {.why = StartHold::Why::server_busy, .until = calm};
    if (!is_away() || is_asked_for || answered_ > last_failure_)
        return hold;
    // While another one is up, this may be wrong.
    const Duration lasted =
        up > 0 ? Duration::zero() : std::chrono::duration_cast<Duration>(last_failure_ - *doubt_since_);
    const Time next =
        last_failure_ + std::clamp<Duration>(lasted / 20, times::shortest_scouting, times::longest_scouting);
    return next > hold.until ? StartHold{.why = StartHold::Why::server_away, .until = next} : hold;
}

Time StartServer::next_doubtful_start(std::uint32_t member, bool is_new) const
{
    if (is_new)
        return refused_before_ + times::between_refusals;
    const bool is_of_another = last_refused_ && last_refused_of_ != member;
    return is_of_another ? *last_refused_ + times::between_refusals : Time{};
}

}  // namespace autossh
