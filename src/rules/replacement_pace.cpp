#include "autossh/rules/replacement_pace.hpp"

#include "autossh/rules/replacement_times.hpp"
#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

Duration longest_silence_of_predecessor(bool was_well, bool may_hold_port)
{
    if (was_well)
        return Duration::max();
    return may_hold_port ? times::silent_predecessor : times::silent_predecessor_without_port;
}

namespace {

/// The `failures`th, from 0. What is well and only to be renewed can wait.
Duration wait_after(std::size_t failures, bool is_well)
{
    const auto& waits = times::replacement_waits;
    if (failures < waits.size() || !is_well)
        return waits.at(std::min(failures, waits.size() - 1));
    const std::size_t doublings = std::min<std::size_t>(failures + 1 - waits.size(), 5);
    return std::min<Duration>(waits.back() * (1 << doublings), times::between_refused_renewals);
}

/// It says nothing against the connection that is there: both have one way to the server.
bool is_of_the_way(FailureClass failure)
{
    switch (failure) {
    case FailureClass::name_not_found:
    case FailureClass::no_route:
    case FailureClass::refused:
    case FailureClass::timed_out:
    case FailureClass::connection_lost: return true;
    default: return false;
    }
}

}  // namespace

void ReplacementPace::note(Need need, Time now)
{
    if (need == need_)
        return;
    need_ = need;
    wanted_since_ = now;
    failures_ = 0;
    is_hopeless_ = false;
    // For a doubt a refused log-in is not repeated: the old ssh is ended for it, and a new one has to try.
    const bool may_log_in = need == Need::newer || (need == Need::better && !needs_more_);
    next_ = may_log_in ? std::max<Time>(now + times::time_to_answer, not_before_) : never;
}

void ReplacementPace::failed(FailureClass failure, bool may_be_refused, Time now)
{
    if (may_be_refused)
        refused_.push_back(now);
    if (!is_of_the_way(failure)) {
        needs_more_ = needs_more_ || needs_mending(failure) || failure == FailureClass::needs_person;
        is_hopeless_ = true;
        next_ = need_ == Need::newer ? now + times::between_refused_renewals : never;
        return;
    }
    if (may_be_refused) {
        next_ = not_before_ = now + times::unseen_waits.at(std::min(unseen_, times::unseen_waits.size() - 1));
        ++unseen_;
        return;
    }
    next_ = now + wait_after(failures_++, need_ == Need::newer);
}

void ReplacementPace::succeeded()
{
    needs_more_ = false;
    unseen_ = 0;
    not_before_ = {};
}

Time ReplacementPace::spared_until() const
{
    if (need_ == Need::none || is_hopeless_ || needs_more_)
        return {};
    return wanted_since_ + times::longest_doubt;
}

}  // namespace autossh
