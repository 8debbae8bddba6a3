#include "autossh/base/numbers.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A number and what stands behind it.
std::optional<std::pair<std::int64_t, std::string_view>> leading_integer(const std::string& text)
{
    char* end = nullptr;
    const std::int64_t number = std::strtoll(text.c_str(), &end, 0);
    if (end == text.c_str())
        return std::nullopt;
    return std::pair{number, std::string_view(text).substr(static_cast<std::size_t>(end - text.c_str()))};
}

std::optional<std::int64_t> milliseconds_in(std::string_view unit)
{
    static constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units{
        {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
    const auto* const found =
        std::ranges::find(units, unit, &std::pair<std::string_view, std::int64_t>::first);
    return found == units.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text)
{
    const std::string copy(text);
    const auto number = leading_integer(copy);
    if (!number || !number->second.empty())
        return std::nullopt;
    return number->first;
}

std::optional<Duration> parse_duration(std::string_view text)
{
    const std::string copy(text);
    const auto number = leading_integer(copy);
    if (!number)
        return std::nullopt;
    const auto unit = milliseconds_in(number->second);
    if (!unit)
        return std::nullopt;
    const std::int64_t limit = longest_duration.count() / *unit;
    return Duration(std::clamp(number->first, -limit, limit) * *unit);
}

std::string in_seconds(Duration duration)
{
    if (duration.count() % 1000 == 0)
        return fmt::format("{}", duration.count() / 1000);
    return fmt::format("{:.3f}", static_cast<double>(duration.count()) / 1000);
}

std::string with_unit(Duration duration)
{
    if (duration.count() % 1000 == 0)
        return fmt::format("{} s", duration.count() / 1000);
    return fmt::format("{} ms", duration.count());
}

std::string in_milliseconds(Duration duration)
{
    return duration < Duration(1) ? "less than 1 ms" : fmt::format("{} ms", duration.count());
}

std::string for_people(Duration duration)
{
    const std::int64_t tenths = duration.count() / 100;
    const std::int64_t seconds = duration.count() / 1000;
    if (tenths < 100 && duration.count() % 1000 != 0)
        return fmt::format("{}.{} s", seconds, tenths % 10);
    if (seconds < 60)
        return fmt::format("{} s", seconds);
    const auto two_units = [](std::int64_t count, std::string_view small, std::int64_t per_big,
                              std::string_view big) {
        if (count % per_big == 0)
            return fmt::format("{} {}", count / per_big, big);
        return fmt::format("{} {} {} {}", count / per_big, big, count % per_big, small);
    };
    if (seconds < 3600)
        return two_units(seconds, "s", 60, "m");
    if (seconds < 24 * 3600)
        return two_units(seconds / 60, "m", 60, "h");
    return two_units(seconds / 3600, "h", 24, "d");
}

}  // namespace autossh
