#include "autossh/rules/round_trips.hpp"

#include <algorithm>
#include <limits>

namespace autossh {

namespace {

/// In the place of a time among the recent ones.
constexpr auto has_failed = std::numeric_limits<std::uint16_t>::max();

}  // namespace

void RoundTrips::note(std::uint16_t result)
{
    recent_[tests() % most_recent] = result;
}

void RoundTrips::passed(Duration round_trip)
{
    constexpr Duration::rep longest = std::numeric_limits<std::uint16_t>::max();
    const auto time = static_cast<std::uint16_t>(std::clamp<Duration::rep>(round_trip.count(), 0, longest));
    note(std::min<std::uint16_t>(time, has_failed - 1));
    times_[passed_ % most] = time;
    ++passed_;
}

void RoundTrips::failed()
{
    note(has_failed);
    ++failed_;
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

std::vector<std::optional<Duration>> RoundTrips::recent() const
{
    std::vector<std::optional<Duration>> results;
    const std::uint32_t count = std::min<std::uint32_t>(tests(), most_recent);
    for (std::uint32_t i = tests() - count; i < tests(); ++i) {
        const std::uint16_t result = recent_[i % most_recent];
        results.push_back(result == has_failed ? std::nullopt : std::optional<Duration>(result));
    }
    return results;
}

}  // namespace autossh
