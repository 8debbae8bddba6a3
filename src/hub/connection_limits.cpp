#include "autossh/hub/connection_limits.hpp"

namespace autossh {

ConnectionLimits::Verdict ConnectionLimits::enter(std::optional<uid_t> account)
{
    if (size_ >= most_)
        return Verdict::too_many;
    const auto its = by_account_.find(account);
    if (its != by_account_.end() && its->second >= most_of_one)
        return Verdict::too_many_of_one;
    ++by_account_[account];
    ++size_;
    return Verdict::welcome;
}

void ConnectionLimits::leave(std::optional<uid_t> account)
{
    const auto its = by_account_.find(account);
    if (its == by_account_.end())
        return;
    --size_;
    if (--its->second == 0)
        by_account_.erase(its);
}

}  // namespace autossh
