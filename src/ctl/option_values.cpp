#include "autossh/ctl/option_values.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/import/kind.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

namespace autossh {

HealthLimit health_limit(const std::string& option, std::string_view text)
{
    HealthLimit limit;
    std::string_view number = text;
    if (number.ends_with('%')) {
        number.remove_suffix(1);
        limit.is_percent = true;
    }
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), limit.value);
    if (error != std::errc() || end != number.data() + number.size() || !(limit.value >= 0) ||
        (limit.is_percent && limit.value > 100) || limit.value > 1e6)
        throw UsageError(fmt::format(
            "{}: a number of tunnels, or a part of them such as 5%, is expected, not \"{}\"", option, text));
    return limit;
}

Duration wait_time(std::string_view text)
{
    const auto time = parse_duration(text);
    if (!time || *time < Duration::zero())
        throw UsageError(fmt::format("--wait: a time such as 30s is expected, not \"{}\"", text));
    return *time;
}

ColourWhen colour_when(std::string_view text)
{
    if (text == "always")
        return ColourWhen::on;
    if (text == "never")
        return ColourWhen::off;
    if (text == "auto")
        return ColourWhen::automatic;
    throw UsageError(fmt::format("--color: always, never or auto is expected, not \"{}\"", text));
}

std::string kind_of_import(std::string_view text)
{
    std::string names;
    for (const ImportKind& kind : import_kinds()) {
        if (kind.name == text)
            return std::string(text);
        names += fmt::format("{}{}", names.empty() ? "" : ", ", kind.name);
    }
    throw UsageError(fmt::format("--from: one of {} is expected, not \"{}\"", names, text));
}

std::size_t number_of_lines(std::string_view text)
{
    constexpr std::size_t most_lines = 10'000;
    const auto number = parse_integer(text);
    if (!number || *number < 0)
        throw UsageError(fmt::format("--lines: a number is expected, not \"{}\"", text));
    return std::min(static_cast<std::size_t>(*number), most_lines);
}

Duration look_back(std::string_view text)
{
    std::string number(text);
    int hours = 0;
    if (number.ends_with('d') || number.ends_with('w')) {
        hours = number.ends_with('d') ? 24 : 24 * 7;
        number.back() = 'h';
    }
    const auto time = parse_duration(number);
    const Duration back = time.value_or(Duration::zero()) > longest_look_back
                              ? Duration::max()
                              : time.value_or(Duration::zero()) * (hours == 0 ? 1 : hours);
    if (back <= Duration::zero() || back > longest_look_back)
        throw UsageError(fmt::format("option --since: \"{}\" is no time such as 7d, 12h or 30m", text));
    return back;
}

}  // namespace autossh
