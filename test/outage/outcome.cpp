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

}  // namespace

std::string to_text(const Outcome& outcome)
{
    return fmt::format("{:d} {} {} {} {} {} {}\n{}", outcome.was_up, number(outcome.down),
                       outcome.lost.count(), outcome.floor.count(), number(outcome.found), outcome.restarts,
                       outcome.false_restarts, outcome.log);
}

Outcome outcome_from(const std::string& text)
{
    std::istringstream input(text);
    Outcome outcome;
    double down = 0;
    double lost = 0;
    double floor = 0;
    double found = 0;
    input >> outcome.was_up >> down >> lost >> floor >> found >> outcome.restarts >> outcome.false_restarts;
    if (!input)
        throw std::runtime_error("not an outcome: " + text);
    outcome.down = time(down);
    outcome.lost = Seconds(lost);
    outcome.floor = Seconds(floor);
    outcome.found = time(found);
    outcome.log = text.substr(text.find('\n') + 1);
    return outcome;
}

}  // namespace autossh_test::outage
