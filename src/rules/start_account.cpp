#include "autossh/rules/start_account.hpp"

#include "autossh/rules/start_times.hpp"
#include "autossh/rules/times.hpp"

namespace autossh {

Time StartAccount::next_start(std::uint32_t member, std::optional<Time> asked_at) const
{
    if (!trier_ || trier_->member == member || (asked_at && *asked_at > trier_->refused))
        return {};
    return trier_->refused + (trier_->member == 0 ? times::refusal_waits.front() : times::longest_trier);
}

}  // namespace autossh
