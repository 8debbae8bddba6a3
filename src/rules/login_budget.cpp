#include "autossh/rules/login_budget.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

namespace {

/// The next after `most` failures would be one too many, within `period`.
struct Limit {
    std::size_t most;
    Duration period;
};

constexpr Limit ban{4, times::ban_period};
constexpr Limit lock{2, times::lock_period};

void add(std::list<Time>& failures, Time end, const Limit& limit)
{
    failures.push_back(end);
    if (failures.size() > limit.most)
        failures.pop_front();
}

Time next_start(const std::list<Time>& failures, const Limit& limit)
{
    return failures.size() < limit.most ? Time{} : failures.front() + limit.period + times::clock_margin;
}

}  // namespace

void LoginBudget::note_failure(Time end, bool with_secret)
{
    add(failures_, end, ban);
    if (with_secret)
        add(with_secret_, end, lock);
}

Time LoginBudget::next_start(bool with_secret) const
{
    const Time unbanned = autossh::next_start(failures_, ban);
    return with_secret ? std::max(unbanned, autossh::next_start(with_secret_, lock)) : unbanned;
}

}  // namespace autossh
