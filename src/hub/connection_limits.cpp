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

std::optional<uid_t> ConnectionLimits::who_gives_way(Verdict verdict, std::optional<uid_t> account) const
{
    if (verdict != Verdict::too_many)
        return account;
    const auto its = by_account_.find(account);
    std::size_t most = its == by_account_.end() ? 0 : its->second;
    for (const auto& [other, number] : by_account_)
        if (number > most) {
            most = number;
            account = other;
        }
    return account;
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
