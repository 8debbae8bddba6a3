// Measures how long a tunnel is down, fault by fault, for ours and others. Run by scripts/bench.
#include "outage/bench_options.hpp"
#include "outage/bounds.hpp"
#include "outage/experiment.hpp"
#include "outage/isolated.hpp"
#include "outage/lab.hpp"
#include "outage/pair_bench.hpp"
#include "outage/rider_bench.hpp"
#include "outage/table.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <poll.h>

#include <fmt/format.h>

namespace {

using namespace autossh_test::outage;

struct Running {
    Half* half;
    std::unique_ptr<Isolated> isolated;
};

/// A lab that could not be made, or broke, is no tunnel.
Outcome outcome_of(Isolated& isolated)
{
    try {
        return outcome_from(isolated.result());
    } catch (const std::exception& error) {
        Outcome outcome;
        outcome.log = error.what();
        return outcome;
    }
}

/// Takes the outcome of one that has ended. True: a bound is broken.
bool finish(Running& running, const BenchOptions& options)
{
    const Experiment& experiment = running.half->experiment;
    const Outcome outcome = outcome_of(*running.isolated);
    const std::string broken = broken_bounds(experiment, outcome);
    running.half->outcomes.push_back(outcome);
    fmt::print(stderr, "{}, {}, {}: {}\n", experiment.contestant.name, experiment.fault.name,
               option_of(experiment.direction), broken.empty() ? "done" : "BROKEN: " + broken);
    if (options.shows_logs || !outcome.was_up)
        fmt::print(stderr, "{}\n", outcome.log);
    return !broken.empty();
}

/// Blocks until one of them has ended.
std::size_t wait_for_one(const std::vector<Running>& all)
{
    std::vector<pollfd> inputs;
    for (const Running& running : all)
        inputs.push_back({running.isolated->descriptor(), POLLIN, 0});
    poll(inputs.data(), inputs.size(), -1);
    const auto ready =
        std::find_if(inputs.begin(), inputs.end(), [](const pollfd& input) { return input.revents != 0; });
    return ready == inputs.end() ? 0 : static_cast<std::size_t>(ready - inputs.begin());
}

/// What is to be run, the runs of one experiment far apart.
std::deque<Half*> plan(std::deque<Row>& rows, int runs)
{
    std::deque<Half*> plan;
    for (int number = 0; number < runs; ++number)
        for (Row& row : rows)
            for (Half& half : row)
                if (half.experiment.means_something())
                    plan.push_back(&half);
    return plan;
}

/// True: a bound is broken.
bool run_all(std::deque<Row>& rows, const BenchOptions& options)
{
    std::deque<Half*> waiting = plan(rows, options.runs);
    bool any_broken = false;
    std::vector<Running> all;
    while (!waiting.empty() || !all.empty()) {
        while (!waiting.empty() && all.size() < static_cast<std::size_t>(options.jobs)) {
            Half* const half = waiting.front();
            waiting.pop_front();
            all.push_back(
                {half, std::make_unique<Isolated>([half] { return to_text(run(half->experiment)); })});
        }
        const std::size_t ended = wait_for_one(all);
        any_broken |= finish(all[ended], options);
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(ended));
    }
    return any_broken;
}

/// True: it takes too long.
bool print_time_to_stop(const Contestant& contestant)
{
    const std::string text = Isolated([&] {
                                 const auto time = time_to_stop(contestant);
                                 return time ? fmt::format("{:.2f} s", time->count()) : "never";
                             }).result();
    fmt::print("{:<32}{}\n", "stop with a stopped ssh", text);
    const bool is_ours = contestant.kind == Contestant::Kind::ours;
    return is_ours && (text == "never" || std::stod(text) > longest_stop.count());
}

bool bench(const BenchOptions& options)
{
    bool any_broken = false;
    for (const Contestant* const contestant : options.contestants) {
        if (!is_installed(*contestant)) {
            fmt::print("\n{}: not installed\n", contestant->name);
            continue;
        }
        const auto half = [&](const Fault& fault, Direction direction) {
            return Half{{*contestant, fault, direction, Experiment::Form::full, Seconds(options.patience)}};
        };
        std::deque<Row> rows;
        for (const Fault* const fault : options.faults)
            rows.push_back({half(*fault, directions[0]), half(*fault, directions[1])});
        any_broken |= run_all(rows, options);
        print_header(*contestant);
        for (Row& row : rows)
            print_row(row);
        if (contestant->kind != Contestant::Kind::loop)
            any_broken |= print_time_to_stop(*contestant);
        std::fflush(stdout);
    }
    return any_broken;
}

bool any_bound_broken(const BenchOptions& options)
{
    if (options.riders)
        return bench_riders(options);
    return options.pairs ? bench_pairs(options) : bench(options);
}

void list()
{
    fmt::print("faults:\n");
    for (const Fault& fault : faults())
        fmt::print("  {}\n", fault.name);
    fmt::print("contestants:\n");
    for (const Contestant& contestant : contestants())
        fmt::print("  {}\n", contestant.name);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        const BenchOptions options = read_bench_options({argv + 1, argv + argc});
        if (options.lists) {
            list();
            return EXIT_SUCCESS;
        }
        if (const std::string missing = Lab::missing(); !missing.empty()) {
            fmt::print(stderr, "outage_bench: {}\n", missing);
            return EXIT_FAILURE;
        }
        return any_bound_broken(options) ? EXIT_FAILURE : EXIT_SUCCESS;
    } catch (const UsageError& error) {
        fmt::print(stderr, "outage_bench: {}\n{}", error.what(), BenchOptions::usage);
    } catch (const std::exception& error) {
        fmt::print(stderr, "outage_bench: {}\n", error.what());
    }
    return EXIT_FAILURE;
}
