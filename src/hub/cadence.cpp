#include "autossh/hub/cadence.hpp"

#include <algorithm>

namespace autossh {

void Cadence::note(Duration gap, bool was_lost)
{
    const auto before = outage_;
    outage_ = was_lost ? std::optional(gap) : std::nullopt;
    if (was_lost && !before)
        return;
    gaps_[number_ % most_gaps] = was_lost ? std::min(gap, *before) : gap;
    ++number_;
}

std::optional<Duration> Cadence::every() const
{
    const std::size_t size = std::min(number_, most_gaps);
    if (size == 0)
        return std::nullopt;
    auto sorted = gaps_;
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(size));
    return sorted[size / 2];
}

std::optional<Duration> Cadence::longest() const
{
    const std::size_t size = std::min(number_, most_gaps);
    if (size == 0)
        return std::nullopt;
    return *std::max_element(gaps_.begin(), gaps_.begin() + static_cast<std::ptrdiff_t>(size));
}

Duration Cadence::patience(double factor, Duration least) const
{
    const double gap = static_cast<double>(longest().value_or(usual).count());
    const double most = static_cast<double>(longest_duration.count());
    const Duration time(static_cast<Duration::rep>(std::min(gap * factor, most / 2)));
    return std::max(least, time + margin);
}

}  // namespace autossh
