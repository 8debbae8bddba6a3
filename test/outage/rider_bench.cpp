#include "outage/rider_bench.hpp"

#include "outage/isolated.hpp"
#include "outage/riders.hpp"
#include "outage/supervisor.hpp"
#include "outage/watch.hpp"

#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

constexpr std::chrono::milliseconds before_fault{2000};
constexpr std::chrono::milliseconds after_fault{5000};
/// In the lab, /run is its own.
constexpr const char* shared_path = "/run/shared";

/// Who keeps the connection that is shared.
struct Sharer {
    Contestant contestant;
    std::string rider_path;
};

const std::vector<Sharer>& sharers()
{
    static const std::vector<Sharer> all{
        {{.name = "ours --share", .options = {fmt::format("--share={}", shared_path)}}, shared_path},
        {{.name = "1.4g -M 0, ControlMaster=yes",
          .kind = Contestant::Kind::reference,
          .options = {"-M", "0", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3", "-o",
                      "ControlMaster=yes", "-o", fmt::format("ControlPath={}", shared_path)},
          .has_monitor = false},
         shared_path},
        {{.name = "not shared"}, "none"},
    };
    return all;
}

struct RiderOutcome {
    bool was_up = false;
    bool is_back = false;
    Riders::Counts counts = {};
    std::string log = {};
};

RiderOutcome run_riders(const Sharer& sharer, const Fault& fault, Seconds patience)
{
    Lab lab(Direction::local, fault.configuration);
    const Supervisor supervisor(sharer.contestant, lab);
    RiderOutcome outcome;
    outcome.was_up = wait_until([&] { return lab.prober().is_good_for(before_fault); },
                                std::chrono::seconds(40), std::chrono::milliseconds(20));
    if (outcome.was_up) {
        const auto limit = std::chrono::ceil<std::chrono::milliseconds>(patience);
        Watch watch(lab, supervisor, lab.sshd().sessions());
        Riders riders(lab, sharer.rider_path);
        watch.pass(before_fault);
        Scene scene{lab, supervisor, watch};
        fault.inflict(scene, fault.length);
        watch.pass(before_fault);
        outcome.is_back = watch.pass_until([&] { return lab.prober().is_good_for(before_fault); }, limit);
        watch.pass(after_fault);
        riders.finish();
        watch.pass_until([&] { return riders.have_ended(); }, limit);
        outcome.counts = riders.counts();
    }
    outcome.log = supervisor.log();
    return outcome;
}

std::string to_text(const RiderOutcome& outcome)
{
    const Riders::Counts& counts = outcome.counts;
    return fmt::format("{:d} {:d} {} {} {} {} {}\n{}", outcome.was_up, outcome.is_back, counts.started,
                       counts.failed, counts.unfinished, counts.median.count(), counts.longest.count(),
                       outcome.log);
}

RiderOutcome rider_outcome_from(const std::string& text)
{
    std::istringstream input(text);
    RiderOutcome outcome;
    double median = 0;
    double longest = 0;
    input >> outcome.was_up >> outcome.is_back >> outcome.counts.started >> outcome.counts.failed >>
        outcome.counts.unfinished >> median >> longest;
    if (!input)
        throw std::runtime_error("not an outcome: " + text);
    outcome.counts.median = Seconds(median);
    outcome.counts.longest = Seconds(longest);
    outcome.log = text.substr(text.find('\n') + 1);
    return outcome;
}

RiderOutcome outcome_of_riders(Isolated& isolated)
{
    try {
        return rider_outcome_from(isolated.result());
    } catch (const std::exception& error) {
        RiderOutcome outcome;
        outcome.log = error.what();
        return outcome;
    }
}

void print_riders(const std::string& fault, const RiderOutcome& outcome)
{
    const Riders::Counts& counts = outcome.counts;
    if (!outcome.was_up)
        fmt::print("{:<29} no tunnel before the fault\n", fault);
    else
        fmt::print("{:<29}{:>8}{:>8}{:>8}{:>9.2f}{:>9.2f}{}\n", fault, counts.started, counts.failed,
                   counts.unfinished, counts.median.count(), counts.longest.count(),
                   outcome.is_back ? "" : "  tunnel not back");
    std::fflush(stdout);
}

struct RunningRiders {
    const Fault* fault;
    std::unique_ptr<Isolated> isolated;
};

/// True: one of ours never ended.
bool bench_riders_of(const Sharer& sharer, const BenchOptions& options)
{
    fmt::print("\na command by ssh, {}, s\n{:<29}{:>8}{:>8}{:>8}{:>9}{:>9}\n", sharer.contestant.name, "",
               "started", "failed", "hung", "median", "longest");
    bool any_hung = false;
    std::deque<RunningRiders> all;
    const auto finish_first = [&] {
        const RiderOutcome outcome = outcome_of_riders(*all.front().isolated);
        print_riders(all.front().fault->name, outcome);
        if (options.shows_logs || !outcome.was_up)
            fmt::print(stderr, "{}\n", outcome.log);
        any_hung |= sharer.contestant.kind == Contestant::Kind::ours &&
                    (!outcome.was_up || outcome.counts.unfinished > 0);
        all.pop_front();
    };
    for (int number = 0; number < options.runs; ++number)
        for (const Fault* const fault : options.faults) {
            if (fault->hits_monitor)
                continue;
            all.push_back({fault, std::make_unique<Isolated>([&sharer, fault, &options] {
                               return to_text(run_riders(sharer, *fault, Seconds(options.patience)));
                           })});
            if (all.size() >= static_cast<std::size_t>(options.jobs))
                finish_first();
        }
    while (!all.empty())
        finish_first();
    return any_hung;
}

}  // namespace

bool bench_riders(const BenchOptions& options)
{
    bool any_hung = false;
    for (const Sharer& sharer : sharers())
        if (is_installed(sharer.contestant))
            any_hung |= bench_riders_of(sharer, options);
    return any_hung;
}

}  // namespace autossh_test::outage
