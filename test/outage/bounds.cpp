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
    double found_polling = any;  ///< with `--poll 2`
};

constexpr std::array bounds{
    Bound{.fault = "ssh killed", .local = 0.3, .remote = 0.3},
    Bound{.fault = "server process killed", .local = 0.3, .remote = 0.3},
    Bound{.fault = "sshd down 5 s", .local = 1.0, .remote = 1.0},
    Bound{.fault = "server refusing 60 s", .local = 1.0, .remote = 1.0},
    // A refused -R is asked for again every 5 s.
    Bound{.fault = "link down 10 s", .local = 0.3, .remote = 5.3},
    Bound{.fault = "client address changed", .local = 0.3, .remote = 5.3},
    Bound{.fault = "stale remote listener 40 s", .remote = 5.3},
    Bound{.fault = "ssh stopped", .found = 35, .found_polling = 35},
    Bound{.fault = "server process stopped", .found = 35, .found_polling = 5},
    Bound{.fault = "path state lost", .found = 35, .found_polling = 5},
    Bound{.fault = "black hole 30 s", .found = 35, .found_polling = 5},
    Bound{.fault = "black hole 90 s", .found = 35, .found_polling = 5},
    Bound{.fault = "frozen 20 s, path state lost", .found = 20 + 35, .found_polling = 20 + 5},
};

Bound bound_of(const Fault& fault)
{
    const auto* const found = std::find_if(bounds.begin(), bounds.end(),
                                           [&](const Bound& bound) { return bound.fault == fault.name; });
    return found == bounds.end() ? Bound{} : *found;
}

void check_excess(std::string& broken, const char* direction, const Report& report, double limit)
{
    if (!report.down) {
        broken += fmt::format("{}: did not come back; ", direction);
        return;
    }
    const double excess = report.excess().count();
    if (excess > limit)
        broken += fmt::format("{}: excess {:.2f} s > {} s; ", direction, excess, limit);
}

}  // namespace

std::string broken_bounds(const Contestant& contestant, const Fault& fault, const Outcome& outcome)
{
    if (contestant.kind != Contestant::Kind::ours)
        return "";
    if (!outcome.was_up)
        return "no tunnel before the fault";
    std::string broken;
    if (outcome.false_restarts > 0)
        broken += fmt::format("{} false restarts; ", outcome.false_restarts);
    const Bound bound = bound_of(fault);
    check_excess(broken, "-L", outcome.local, bound.local);
    if (!fault.session_stays)
        check_excess(broken, "-R", outcome.remote, bound.remote);
    const double limit = contestant.name.ends_with("--poll 2") ? bound.found_polling : bound.found;
    // A connection that came back by itself need not be given up.
    const auto found = outcome.found ? outcome.found : outcome.local.down;
    if (found && found->count() > limit)
        broken += fmt::format("found after {:.1f} s > {} s; ", found->count(), limit);
    return broken;
}

}  // namespace autossh_test::outage
