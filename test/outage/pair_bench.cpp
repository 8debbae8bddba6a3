#include "outage/pair_bench.hpp"

#include "outage/isolated.hpp"
#include "outage/pair.hpp"

#include <cstdio>
#include <deque>
#include <exception>
#include <memory>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

struct RunningPair {
    Experiment experiment;
    std::unique_ptr<Isolated> isolated;
};

PairOutcome outcome_of_pair(Isolated& isolated)
{
    try {
        return pair_outcome_from(isolated.result());
    } catch (const std::exception& error) {
        PairOutcome outcome;
        outcome.log = error.what();
        return outcome;
    }
}

/// True: a bound is broken.
bool finish_pair(const RunningPair& running, const BenchOptions& options)
{
    const PairOutcome outcome = outcome_of_pair(*running.isolated);
    const std::string broken = broken_bounds(running.experiment, outcome);
    print_pair(running.experiment.fault.name, outcome);
    std::fflush(stdout);
    if (!broken.empty())
        fmt::print(stderr, "{}: BROKEN: {}\n", running.experiment.fault.name, broken);
    if (options.shows_logs || !outcome.was_up)
        fmt::print(stderr, "{}\n", outcome.log);
    return !broken.empty();
}

bool bench_pairs_of(const Contestant& contestant, const BenchOptions& options)
{
    bool any_broken = false;
    print_pair_header(contestant);
    std::deque<RunningPair> all;
    const auto finish_first = [&] {
        any_broken |= finish_pair(all.front(), options);
        all.pop_front();
    };
    for (int number = 0; number < options.runs; ++number)
        for (const Fault* const fault : options.faults) {
            if (fault->hits_monitor && !contestant.has_monitor)
                continue;
            const Experiment experiment{contestant, *fault, Direction::both, Experiment::Form::full,
                                        Seconds(options.patience)};
            all.push_back({experiment, std::make_unique<Isolated>(
                                           [experiment] { return to_text(run_pair(experiment)); })});
            if (all.size() >= static_cast<std::size_t>(options.jobs))
                finish_first();
        }
    while (!all.empty())
        finish_first();
    return any_broken;
}

}  // namespace

bool bench_pairs(const BenchOptions& options)
{
    bool any_broken = false;
    for (const Contestant* const contestant : options.contestants)
        if (is_installed(*contestant))
            any_broken |= bench_pairs_of(*contestant, options);
    return any_broken;
}

}  // namespace autossh_test::outage
