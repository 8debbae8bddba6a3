#include "outage/table.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

constexpr const char* columns = "   down   lost  floor excess  found ssh false";

double seconds_down(const Outcome& outcome)
{
    constexpr double never = 1e6;
    return outcome.down ? outcome.down->count() : never;
}

std::string seconds(const std::optional<Seconds>& time, const char* nothing)
{
    return time ? fmt::format("{:.2f}", time->count()) : nothing;
}

std::string cells(const Outcome& outcome)
{
    if (!outcome.was_up)
        return "no tunnel before the fault";
    const std::string excess = outcome.down ? fmt::format("{:.2f}", outcome.excess().count()) : "-";
    return fmt::format("{:>7}{:>7.2f}{:>7.2f}{:>7}{:>7}{:>4}{:>6}", seconds(outcome.down, "never"),
                       outcome.lost.count(), outcome.floor.count(), excess, seconds(outcome.found, "-"),
                       outcome.restarts, outcome.false_restarts);
}

/// Of outcomes in order.
const Outcome& median(const std::vector<Outcome>& outcomes)
{
    return outcomes[outcomes.size() / 2];
}

const Outcome& worst(const std::vector<Outcome>& outcomes)
{
    return outcomes.back();
}

void print_line(const std::string& name, const Row& row,
                const Outcome& (*choose)(const std::vector<Outcome>&))
{
    const auto half = [&](const Half& measured) {
        return measured.outcomes.empty() ? std::string("      -") : cells(choose(measured.outcomes));
    };
    fmt::print("{:<29}{:<45} {}\n", name, half(row[0]), half(row[1]));
}

}  // namespace

void print_header(const Contestant& contestant)
{
    const auto title = [](Direction direction) { return fmt::format("   {}, s", option_of(direction)); };
    fmt::print("\n{:<29}{:<45} {}\n{:<29}{:<45} {}\n", contestant.name, title(directions[0]),
               title(directions[1]), "", columns, columns);
}

void print_row(Row& row)
{
    std::size_t runs = 0;
    for (Half& half : row) {
        std::sort(half.outcomes.begin(), half.outcomes.end(),
                  [](const Outcome& a, const Outcome& b) { return seconds_down(a) < seconds_down(b); });
        runs = std::max(runs, half.outcomes.size());
    }
    print_line(row[0].experiment.fault.name, row, median);
    if (runs > 1)
        print_line(fmt::format("  worst of {}", runs), row, worst);
}

}  // namespace autossh_test::outage
