// Measures how long a tunnel is down, fault by fault, for ours and others. Run by scripts/bench.
#include "outage/bench_options.hpp"
#include "outage/bounds.hpp"
#include "outage/experiment.hpp"
#include "outage/isolated.hpp"
#include "outage/lab.hpp"

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

/// One contestant under one fault, with the outcome of each run.
struct Row {
    Experiment experiment;
    std::vector<Outcome> outcomes{};
};

struct Running {
    Row* row;
    std::unique_ptr<Isolated> isolated;
};

double seconds_down(const Report& report, double never)
{
    return report.down ? report.down->count() : never;
}

double total_down(const Outcome& outcome)
{
    constexpr double never = 1e6;
    return seconds_down(outcome.local, never) + seconds_down(outcome.remote, never);
}

std::string cells(const Report& report)
{
    const std::string down = report.down ? fmt::format("{:.2f}", report.down->count()) : "never";
    const std::string excess = report.down ? fmt::format("{:.2f}", report.excess().count()) : "-";
    return fmt::format("{:>8}{:>8.2f}{:>8.2f}{:>8}", down, report.lost.count(), report.floor.count(), excess);
}

void print_line(const std::string& name, const Outcome& outcome)
{
    if (!outcome.was_up) {
        fmt::print("{:<32} no tunnel before the fault\n", name);
        return;
    }
    const std::string found = outcome.found ? fmt::format("{:.2f}", outcome.found->count()) : "-";
    fmt::print("{:<32}{}  {}{:>8}{:>5}{:>6}\n", name, cells(outcome.local), cells(outcome.remote), found,
               outcome.restarts, outcome.false_restarts);
}

/// The median run, by the downtime of both directions, and with more than one run the worst.
void print_row(Row& row)
{
    auto& outcomes = row.outcomes;
    if (outcomes.empty()) {
        fmt::print("{:<32} (no monitor)\n", row.experiment.fault.name);
        return;
    }
    std::sort(outcomes.begin(), outcomes.end(),
              [](const Outcome& a, const Outcome& b) { return total_down(a) < total_down(b); });
    print_line(row.experiment.fault.name, outcomes[outcomes.size() / 2]);
    if (outcomes.size() > 1)
        print_line(fmt::format("  worst of {}", outcomes.size()), outcomes.back());
}

void print_header(const Contestant& contestant)
{
    constexpr const char* direction = "    down    lost   floor  excess";
    fmt::print("\n{}\n{:<32}{:<32}  {:<32}\n{:<32}{}  {}{:>8}{:>5}{:>6}\n", contestant.name, "", "    -L, s",
               "    -R, s", "", direction, direction, "found", "ssh", "false");
}

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
    const Experiment& experiment = running.row->experiment;
    const Outcome outcome = outcome_of(*running.isolated);
    const std::string broken = broken_bounds(experiment.contestant, experiment.fault, outcome);
    running.row->outcomes.push_back(outcome);
    fmt::print(stderr, "{}, {}: {}\n", experiment.contestant.name, experiment.fault.name,
               broken.empty() ? "done" : "BROKEN: " + broken);
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

bool run_all(std::deque<Row>& rows, const BenchOptions& options)
{
    std::deque<Row*> waiting;
    for (int number = 0; number < options.runs; ++number)
        for (Row& row : rows)
            if (row.experiment.means_something())
                waiting.push_back(&row);
    bool any_broken = false;
    std::vector<Running> all;
    while (!waiting.empty() || !all.empty()) {
        while (!waiting.empty() && all.size() < static_cast<std::size_t>(options.jobs)) {
            Row* const row = waiting.front();
            waiting.pop_front();
            all.push_back({row, std::make_unique<Isolated>([row] { return to_text(run(row->experiment)); })});
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
        std::deque<Row> rows;
        for (const Fault* const fault : options.faults)
            rows.push_back({{*contestant, *fault, Experiment::Form::full, Seconds(options.patience)}});
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
        return bench(options) ? EXIT_FAILURE : EXIT_SUCCESS;
    } catch (const UsageError& error) {
        fmt::print(stderr, "outage_bench: {}\n{}", error.what(), BenchOptions::usage);
    } catch (const std::exception& error) {
        fmt::print(stderr, "outage_bench: {}\n", error.what());
    }
    return EXIT_FAILURE;
}
