#include "autossh/rules/round_trips.hpp"

#include <algorithm>
#include <limits>

namespace autossh {

void RoundTrips::passed(Duration round_trip)
{
    constexpr Duration::rep longest = std::numeric_limits<std::uint16_t>::max();
    times_[passed_ % most] =
        static_cast<std::uint16_t>(std::clamp<Duration::rep>(round_trip.count(), 0, longest));
    ++passed_;
}

std::optional<Duration> RoundTrips::last() const
{
    if (passed_ == 0)
        return std::nullopt;
    return Duration(times_[(passed_ - 1) % most]);
}

std::optional<Duration> RoundTrips::percentile(unsigned percent) const
{
    const std::size_t count = std::min<std::size_t>(passed_, most);
    if (count == 0)
        return std::nullopt;
    auto sorted = times_;
    const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(count);
    const auto wanted = sorted.begin() + static_cast<std::ptrdiff_t>((count * percent + 99) / 100 - 1);
    std::nth_element(sorted.begin(), wanted, end);
    return Duration(*wanted);
}

}  // namespace autossh
