#include "autossh/control/wall_time.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <fmt/core.h>

namespace autossh {

namespace {

using std::chrono::floor;
using std::chrono::milliseconds;

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/// A form, in which each 0 stands for a digit.
bool has_form(std::string_view text, std::string_view form)
{
    if (text.size() != form.size())
        return false;
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i])
            return false;
    return true;
}

int number_at(std::string_view text, std::size_t from, std::size_t size)
{
    int number = 0;
    for (const char digit : text.substr(from, size))
        number = 10 * number + (digit - '0');
    return number;
}

/// ".125" as milliseconds. Nothing: it is something else.
std::optional<milliseconds> fraction(std::string_view text)
{
    if (text.empty())
        return milliseconds(0);
    if (text.front() != '.' || text.size() < 2)
        return std::nullopt;
    int number = 0;
    int worth = 100;
    for (const char digit : text.substr(1)) {
        if (!is_digit(digit))
            return std::nullopt;
        number += worth * (digit - '0');
        worth /= 10;
    }
    return milliseconds(number);
}

}  // namespace

std::string to_text(WallTime time)
{
    const auto day = floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(floor<milliseconds>(time - day));
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<WallTime> wall_time_from(std::string_view text)
{
    constexpr std::string_view form = "0000-00-00T00:00:00";
    if (text.size() <= form.size() || text.back() != 'Z' || !has_form(text.substr(0, form.size()), form))
        return std::nullopt;
    const auto rest = fraction(text.substr(form.size(), text.size() - form.size() - 1));
    const std::chrono::year_month_day date{std::chrono::year(number_at(text, 0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number_at(text, 5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number_at(text, 8, 2)))};
    const std::array clock{number_at(text, 11, 2), number_at(text, 14, 2), number_at(text, 17, 2)};
    // What the clock can count in nanoseconds ends in 2262.
    const bool fits =
        date.ok() && date.year() >= std::chrono::year(1970) && date.year() < std::chrono::year(2262);
    if (!rest || !fits || clock[0] > 23 || clock[1] > 59 || clock[2] > 60)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(clock[0]) + std::chrono::minutes(clock[1]) +
           std::chrono::seconds(clock[2]) + *rest;
}

double to_the_millisecond(Seconds time)
{
    constexpr double most = 1e15;
    const double exact = time.count() * 1000;
    if (!(std::abs(exact) < most))  // nor is it a number, perhaps
        return time.count();
    return static_cast<double>(static_cast<std::int64_t>(exact + (exact < 0 ? -0.5 : 0.5))) / 1000;
}

}  // namespace autossh
