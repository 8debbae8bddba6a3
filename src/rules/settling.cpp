#include "autossh/rules/settling.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

void Settling::ssh_runs(Time now)
{
    not_up_before_ = now + times::long_lived;
}

void Settling::is_still_connecting(Time now)
{
    not_up_before_ = now + times::seen_again;
}

Time Settling::due(State state, const Circumstances& at) const
{
    if (at.waits_for_test || (state != State::connecting && state != State::authenticated))
        return never;
    if (logged_in_at_)
        return std::max(held_until_, at.is_answered ? *logged_in_at_ : *logged_in_at_ + times::answers_come);
    return state == State::connecting && at.time_tells ? not_up_before_ : never;
}

}  // namespace autossh
