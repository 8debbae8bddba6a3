#include "outage/bounds.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

constexpr double any = std::numeric_limits<double>::infinity();

/// In seconds: of the time beyond the floor, and of the time until a dead connection is given up.
struct Bound {
    std::string_view fault{};
    double local = any;
    double remote = any;
    double found = any;
    double found_polling = any;   ///< with a poll time of 2 s
    bool ends_in_a_wait = false;  ///< then a poll time that was given is waited for
    bool is_slow = false;         ///< slower than a test may be with a poll time of 2 s
};

constexpr std::array bounds{
    Bound{.fault = "ssh killed", .local = 0.3, .remote = 0.3},
    Bound{.fault = "server process killed", .local = 0.3, .remote = 0.3},
    Bound{.fault = "sshd down 5 s", .local = 1.0, .remote = 1.0, .ends_in_a_wait = true},
    Bound{.fault = "server refusing 60 s", .local = 1.0, .remote = 1.0, .ends_in_a_wait = true},
    // A refused -R that may be ours is asked for again every second.
    Bound{.fault = "link down 10 s", .local = 0.3, .remote = 1.5},
    Bound{.fault = "client address changed", .local = 0.3, .remote = 1.5},
    Bound{.fault = "stale remote listener 40 s", .remote = 1.5},
    Bound{.fault = "ssh stopped", .found = 11, .found_polling = 11},
    Bound{.fault = "server process stopped", .found = 35, .found_polling = 5},
    Bound{.fault = "path state lost", .found = 35, .found_polling = 5},
    Bound{.fault = "black hole 30 s", .found = 35, .found_polling = 5},
    Bound{.fault = "black hole 90 s", .found = 35, .found_polling = 5},
    Bound{.fault = "frozen 20 s, path state lost", .found = 20 + 35, .found_polling = 20 + 5},
    Bound{.fault = "30 % loss for 30 s", .is_slow = true},
    Bound{.fault = "latency spike 3 s", .is_slow = true},
    Bound{.fault = "sshd stalled 60 s", .is_slow = true},
};

Bound bound_of(const Fault& fault)
{
    const auto* const found = std::find_if(bounds.begin(), bounds.end(),
                                           [&](const Bound& bound) { return bound.fault == fault.name; });
    return found == bounds.end() ? Bound{} : *found;
}

double longest_excess(const Bound& bound, const Experiment& experiment)
{
    const double excess = experiment.direction == Direction::local ? bound.local : bound.remote;
    return bound.ends_in_a_wait ? excess + Seconds(experiment.contestant.poll).count() : excess;
}

}  // namespace

std::string broken_bounds(const Experiment& experiment, const Outcome& outcome)
{
    const Contestant& contestant = experiment.contestant;
    if (contestant.kind != Contestant::Kind::ours)
        return "";
    if (!outcome.was_up)
        return "no tunnel before the fault";
    std::string broken;
    const Bound bound = bound_of(experiment.fault);
    const bool is_polling = contestant.poll.count() > 0;
    if (outcome.false_restarts > 0 && !(bound.is_slow && is_polling))
        broken += fmt::format("{} false restarts; ", outcome.false_restarts);
    const double excess = outcome.excess().count();
    if (!outcome.down)
        broken += "did not come back; ";
    else if (const double limit = longest_excess(bound, experiment); excess > limit)
        broken += fmt::format("excess {:.2f} s > {} s; ", excess, limit);
    const double limit = is_polling ? bound.found_polling : bound.found;
    // A connection that came back by itself need not be given up.
    const auto found = outcome.found ? outcome.found : outcome.down;
    if (found && found->count() > limit)
        broken += fmt::format("found after {:.1f} s > {} s; ", found->count(), limit);
    return broken;
}

}  // namespace autossh_test::outage
