#include "outage/outcome.hpp"

#include <sstream>
#include <stdexcept>

#include <fmt/core.h>

namespace autossh_test::outage {
namespace {

constexpr double never = -1;

double number(const std::optional<Seconds>& time)
{
    return time ? time->count() : never;
}

std::optional<Seconds> time(double number)
{
    return number < 0 ? std::nullopt : std::optional(Seconds(number));
}

std::string text(const Report& report)
{
    return fmt::format("{} {} {}", number(report.down), report.lost.count(), report.floor.count());
}

Report read_report(std::istream& input)
{
    double down = 0;
    double lost = 0;
    double floor = 0;
    input >> down >> lost >> floor;
    return {time(down), Seconds(lost), Seconds(floor)};
}

}  // namespace

std::string to_text(const Outcome& outcome)
{
    return fmt::format("{:d} {} {} {} {} {}\n{}", outcome.was_up, text(outcome.local), text(outcome.remote),
                       number(outcome.found), outcome.restarts, outcome.false_restarts, outcome.log);
}

Outcome outcome_from(const std::string& text)
{
    std::istringstream input(text);
    Outcome outcome;
    double found = 0;
    input >> outcome.was_up;
    outcome.local = read_report(input);
    outcome.remote = read_report(input);
    input >> found >> outcome.restarts >> outcome.false_restarts;
    if (!input)
        throw std::runtime_error("not an outcome: " + text);
    outcome.found = time(found);
    outcome.log = text.substr(text.find('\n') + 1);
    return outcome;
}

}  // namespace autossh_test::outage
