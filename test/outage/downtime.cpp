#include "outage/downtime.hpp"

#include <algorithm>
#include <iterator>

namespace autossh_test::outage {
namespace {

/// They are decided in another order than they begin.
std::vector<Probe> in_order(std::vector<Probe> probes)
{
    std::sort(probes.begin(), probes.end(), [](const Probe& a, const Probe& b) { return a.start < b.start; });
    return probes;
}

}  // namespace

std::optional<Clock::time_point> good_since(const std::vector<Probe>& probes)
{
    std::optional<Clock::time_point> since;
    for (const Probe& probe : in_order(probes)) {
        if (!probe.is_good)
            since.reset();
        else if (!since)
            since = probe.start;
    }
    return since;
}

Downtime downtime(const std::vector<Probe>& probes, Clock::time_point fault)
{
    std::vector<Probe> later;
    std::copy_if(probes.begin(), probes.end(), std::back_inserter(later),
                 [&](const Probe& probe) { return probe.start >= fault; });
    later = in_order(later);
    Downtime result;
    std::optional<Clock::time_point> first_bad;
    for (std::size_t i = 0; i < later.size(); ++i) {
        if (later[i].is_good)
            continue;
        if (!first_bad)
            first_bad = later[i].start;
        result.lost += i + 1 < later.size() ? later[i + 1].start - later[i].start : probe_interval;
    }
    if (!first_bad)
        result.down = Seconds::zero();
    else if (const auto back = good_since(later))
        result.down = *back - *first_bad;
    return result;
}

std::optional<Clock::time_point> first_break(const std::vector<Probe>& probes, Clock::time_point fault)
{
    for (const Probe& probe : in_order(probes))
        if (probe.start >= fault && !probe.is_good)
            return probe.start;
    return std::nullopt;
}

std::optional<Clock::time_point> first_return(const std::vector<Probe>& probes, Clock::time_point fault)
{
    const auto broken = first_break(probes, fault);
    for (const Probe& probe : in_order(probes))
        if (broken && probe.start > *broken && probe.is_good)
            return probe.start;
    return std::nullopt;
}

bool all_good(const std::vector<Probe>& probes, Clock::time_point begin, Clock::time_point end)
{
    bool any = false;
    for (const Probe& probe : probes) {
        if (probe.start < begin || probe.start >= end)
            continue;
        if (!probe.is_good)
            return false;
        any = true;
    }
    return any;
}

}  // namespace autossh_test::outage
