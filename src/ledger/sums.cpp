#include "autossh/ledger/sums.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace autossh {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::int64_t hour = 3'600'000;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t least_watched = hour;

std::int64_t in_milliseconds(WallTime time)
{
    return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

std::int64_t number_of(std::int64_t time, std::int64_t part_length)
{
    return time / part_length - (time % part_length < 0 ? 1 : 0);
}

std::size_t place_of(std::int64_t number, std::size_t size)
{
    const auto parts = static_cast<std::int64_t>(size);
    return static_cast<std::size_t>((number % parts + parts) % parts);
}

void grow(std::uint32_t& sum, std::int64_t length)
{
    constexpr std::int64_t most = UINT32_MAX;
    sum = static_cast<std::uint32_t>(std::min(most, static_cast<std::int64_t>(sum) + length));
}

double part(std::uint64_t of, std::uint64_t whole)
{
    return whole == 0 ? 0 : std::min(1.0, static_cast<double>(of) / static_cast<double>(whole));
}

Seconds as_seconds(std::uint64_t length)
{
    return milliseconds(length);
}

std::uint64_t as_milliseconds(Seconds length)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration_cast<milliseconds>(length).count()));
}

}  // namespace

template <std::size_t Size>
void TunnelSums::Ring<Size>::go_to(std::int64_t number)
{
    const auto size = static_cast<std::int64_t>(Size);
    if (number <= newest - size || number >= newest + size)
        parts = {};
    else
        for (std::int64_t next = newest + 1; next <= number; ++next)
            parts[place_of(next, Size)] = {};
    newest = number <= newest - size ? number : std::max(number, newest);
}

template <std::size_t Size>
void TunnelSums::Ring<Size>::add(What what, std::int64_t end, std::int64_t length, std::int64_t part_length)
{
    go_to(number_of(end, part_length));
    const std::int64_t oldest = newest - static_cast<std::int64_t>(Size) + 1;
    while (length > 0) {
        // An end on the border belongs to the part that is over.
        const std::int64_t number = number_of(end - 1, part_length);
        if (number < oldest)
            return;
        const std::int64_t piece = std::min(length, end - number * part_length);
        Part& its = parts[place_of(number, Size)];
        grow(what == What::up ? its.up : its.down, piece);
        if (what == What::planned)
            grow(its.planned, piece);
        end -= piece;
        length -= piece;
    }
}

template <std::size_t Size>
void TunnelSums::Ring<Size>::append(const Ring& later)
{
    const auto is_empty = [](const Part& part) { return part.up == 0 && part.down == 0; };
    if (std::ranges::all_of(later.parts, is_empty))  // its newest part tells nothing
        return;
    const auto size = static_cast<std::int64_t>(Size);
    go_to(later.newest);
    for (std::int64_t number = std::max(newest, later.newest) - size + 1; number <= later.newest; ++number) {
        const Part& added = later.parts[place_of(number, Size)];
        Part& its = parts[place_of(number, Size)];
        grow(its.up, added.up);
        grow(its.down, added.down);
        grow(its.planned, added.planned);
    }
}

template <std::size_t Size>
TunnelSums::Sum TunnelSums::Ring<Size>::sum(std::int64_t now, std::int64_t parts_wanted,
                                            std::int64_t part_length) const
{
    Sum sum;
    const std::int64_t last = number_of(now, part_length);
    const std::int64_t first = last - parts_wanted + 1;
    sum.covered = static_cast<std::uint64_t>(now - first * part_length);
    const std::int64_t oldest = newest - static_cast<std::int64_t>(Size) + 1;
    for (std::int64_t number = std::max(first, oldest); number <= std::min(last, newest); ++number) {
        const Part& its = parts[place_of(number, Size)];
        sum.up += its.up;
        sum.down += its.down;
        sum.planned += its.planned;
    }
    return sum;
}

void TunnelSums::add(What what, WallTime end, Length length)
{
    if (length <= Length::zero())
        return;
    const std::int64_t at = in_milliseconds(end);
    hours_.add(what, at, length.count(), hour);
    days_.add(what, at, length.count(), day);
    (what == What::up ? up_ : down_) += static_cast<std::uint64_t>(length.count());
}

void TunnelSums::count_outage(std::string_view failure_class)
{
    const std::string_view name = failure_class.empty() ? "other" : failure_class;
    const auto found = std::ranges::find(outages_, name, &OutageCount::failure_class);
    if (found == outages_.end())
        outages_.push_back({std::string(name), 1});
    else
        ++found->number;
}

void TunnelSums::append(const TunnelSums& later)
{
    hours_.append(later.hours_);
    days_.append(later.days_);
    up_ += later.up_;
    down_ += later.down_;
    for (const OutageCount& count : later.outages_) {
        const auto found = std::ranges::find(outages_, count.failure_class, &OutageCount::failure_class);
        if (found == outages_.end())
            outages_.push_back(count);
        else
            found->number += count.number;
    }
}

AvailabilityFacts TunnelSums::availability(WallTime now, Outages outages) const
{
    const std::int64_t at = in_milliseconds(now);
    const auto availability_of = [outages](const Sum& sum) -> std::optional<double> {
        const std::uint64_t excused = outages == Outages::unplanned ? sum.planned : 0;
        const std::uint64_t looked_at = sum.up + sum.down - std::min(sum.down, excused);
        if (looked_at < static_cast<std::uint64_t>(least_watched))
            return std::nullopt;
        return part(sum.up, looked_at);
    };
    AvailabilityFacts facts;
    facts.day = availability_of(hours_.sum(at, 24, hour));
    facts.week = availability_of(days_.sum(at, 7, day));
    const Sum month = days_.sum(at, 30, day);
    facts.month = availability_of(month);
    facts.watched = part(month.up + month.down, month.covered);
    return facts;
}

double TunnelSums::watched(WallTime now, Length window) const
{
    const std::int64_t at = in_milliseconds(now);
    const auto parts_in = [&window](std::int64_t length, std::int64_t most) {
        return std::clamp<std::int64_t>((window.count() + length - 1) / length, 1, most);
    };
    const Sum sum = window.count() <= day ? hours_.sum(at, parts_in(hour, 24), hour)
                                          : days_.sum(at, parts_in(day, 30), day);
    return part(sum.up + sum.down, sum.covered);
}

TotalFacts TunnelSums::totals() const
{
    return {as_seconds(up_), as_seconds(down_), outages_};
}

void TunnelSums::set_totals(const TotalFacts& totals)
{
    up_ = as_milliseconds(totals.up);
    down_ = as_milliseconds(totals.down);
    outages_ = totals.outages;
}

}  // namespace autossh
