#include "outage/pair.hpp"

#include "outage/lab.hpp"
#include "outage/long_connection.hpp"
#include "outage/supervisor.hpp"
#include "outage/watch.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds pair_lasting{2000};
/// Sessions that would be stopped for good end so long after the -L is back.
constexpr seconds longest_hold{20};
constexpr Seconds latest{1.5};

bool is_back(const Prober& prober, Clock::time_point fault)
{
    return prober.is_good_for(pair_lasting) && Clock::now() - fault >= pair_lasting;
}

void end_sessions(const std::vector<pid_t>& sessions)
{
    for (const pid_t session : sessions)
        process_table::send(session, SIGKILL);
}

/// Both forwards are back, or the patience is over.
void wait_for_return(const Experiment& experiment, const Lab& lab, const std::vector<pid_t>& sessions,
                     Watch& watch)
{
    const auto patience = std::chrono::ceil<milliseconds>(experiment.patience);
    watch.pass(pair_lasting);  // what it does may show late
    watch.pass_until([&] { return is_back(lab.local_prober(), watch.fault()); }, patience);
    if (experiment.fault.session_stays) {
        watch.pass(experiment.form == Experiment::Form::full ? longest_hold : longest_hold / 4);
        end_sessions(sessions);
    }
    watch.pass_until(
        [&] { return is_back(lab.local_prober(), watch.fault()) && is_back(lab.prober(), watch.fault()); },
        patience);
}

void observe_pair(PairOutcome& outcome, const Lab& lab, const Watch& watch)
{
    const auto local = lab.local_prober().probes();
    const auto remote = lab.prober().probes();
    outcome.local_down = downtime(local, watch.fault()).down;
    outcome.remote_down = downtime(remote, watch.fault()).down;
    outcome.restarts = static_cast<int>(watch.starts().size());
    if (watch.starts().empty()) {  // the connection has lived on: nothing has waited for anything else
        outcome.held = outcome.remote_down.value_or(Seconds::zero());
        return;
    }
    // The first return counts: what is restarted then, or broken, has worked.
    const auto local_back = first_return(local, watch.fault());
    if (!local_back)
        return;
    // One that takes over has the -L back within milliseconds of being counted.
    constexpr milliseconds moment{300};
    outcome.later_restarts = static_cast<int>(std::ranges::count_if(
        watch.starts(), [&](Clock::time_point start) { return start > *local_back + moment; }));
    const auto remote_broke = first_break(remote, watch.fault());
    const auto may_be_back = std::max(watch.sessions_ended().value_or(*local_back), *local_back);
    if (remote_broke && may_be_back > *remote_broke)
        outcome.held = may_be_back - *remote_broke;
}

double number_of(const std::optional<Seconds>& time)
{
    return time ? time->count() : -1;
}

std::optional<Seconds> time_of(double number)
{
    return number < 0 ? std::nullopt : std::optional(Seconds(number));
}

}  // namespace

std::optional<Seconds> PairOutcome::late() const
{
    return remote_down ? std::optional(std::max(*remote_down - held, Seconds::zero())) : std::nullopt;
}

PairOutcome run_pair(const Experiment& experiment)
{
    const Fault& fault = experiment.fault;
    const bool is_full = experiment.form == Experiment::Form::full;
    Lab lab(Direction::both, is_full ? fault.configuration : fault.short_configuration);
    const Supervisor supervisor(experiment.contestant, lab);
    const milliseconds before = is_full ? std::max(pair_lasting, milliseconds(fault.age)) : pair_lasting;
    PairOutcome outcome;
    outcome.was_up =
        wait_until([&] { return lab.prober().is_good_for(before) && lab.local_prober().is_good_for(before); },
                   before + seconds(40), milliseconds(20));
    if (outcome.was_up) {
        const auto sessions = lab.sshd().sessions();
        Watch watch(lab, supervisor, sessions);
        std::optional<LongConnection> connection;
        {
            const Inside inside(lab.network().client());
            connection.emplace(Lab::forward_port, lab.local_prober(),
                               fault.restart == Fault::Restart::is_false);
        }
        Scene scene{lab, supervisor, watch};
        fault.inflict(scene, is_full ? fault.length : fault.short_length);
        wait_for_return(experiment, lab, sessions, watch);
        observe_pair(outcome, lab, watch);
        outcome.opened = connection->opened();
        outcome.broken = connection->broken();
    }
    outcome.log = supervisor.log();
    return outcome;
}

std::string to_text(const PairOutcome& outcome)
{
    return fmt::format("{:d} {} {} {} {} {} {} {}\n{}", outcome.was_up, number_of(outcome.local_down),
                       number_of(outcome.remote_down), outcome.held.count(), outcome.restarts,
                       outcome.later_restarts, outcome.opened, outcome.broken, outcome.log);
}

PairOutcome pair_outcome_from(const std::string& text)
{
    std::istringstream input(text);
    PairOutcome outcome;
    double local_down = 0;
    double remote_down = 0;
    double held = 0;
    input >> outcome.was_up >> local_down >> remote_down >> held >> outcome.restarts >>
        outcome.later_restarts >> outcome.opened >> outcome.broken;
    if (!input)
        throw std::runtime_error("not an outcome: " + text);
    outcome.local_down = time_of(local_down);
    outcome.remote_down = time_of(remote_down);
    outcome.held = Seconds(held);
    outcome.log = text.substr(text.find('\n') + 1);
    return outcome;
}

std::string broken_bounds(const Experiment& experiment, const PairOutcome& outcome)
{
    if (experiment.contestant.kind != Contestant::Kind::ours)
        return "";
    if (!outcome.was_up)
        return "no tunnel before the fault";
    std::string broken;
    if (!outcome.local_down || !outcome.remote_down)
        broken += "did not come back; ";
    else if (*outcome.late() > latest)
        broken += fmt::format("-R late by {:.2f} s > {} s; ", outcome.late()->count(), latest.count());
    // With a poll time of 2 s a poor network looks like a dead one.
    if (experiment.fault.restart == Fault::Restart::is_false && experiment.contestant.poll.count() > 0)
        return broken;
    if (outcome.later_restarts > 0)
        broken += fmt::format("{} restarts when the -L was back; ", outcome.later_restarts);
    if (outcome.broken > 0)
        broken += fmt::format("{} long connections broken; ", outcome.broken);
    if (experiment.fault.restart == Fault::Restart::is_false && outcome.restarts > 0)
        broken += fmt::format("{} false restarts; ", outcome.restarts);
    return broken;
}

void print_pair_header(const Contestant& contestant)
{
    fmt::print("\n{}, -L and -R in one tunnel, s\n{:<29}{:>8}{:>8}{:>8}{:>8}{:>5}{:>7}{:>8}\n",
               contestant.name, "", "-L down", "-R down", "held", "late", "ssh", "later", "broken");
}

void print_pair(std::string_view fault, const PairOutcome& outcome)
{
    const auto seconds_of = [](const std::optional<Seconds>& time) {
        return time ? fmt::format("{:.2f}", time->count()) : std::string("never");
    };
    if (!outcome.was_up)
        fmt::print("{:<29} no tunnel before the fault\n", fault);
    else
        fmt::print("{:<29}{:>8}{:>8}{:>8.2f}{:>8}{:>5}{:>7}{:>8}\n", fault, seconds_of(outcome.local_down),
                   seconds_of(outcome.remote_down), outcome.held.count(), seconds_of(outcome.late()),
                   outcome.restarts, outcome.later_restarts,
                   fmt::format("{}/{}", outcome.broken, outcome.opened));
}

}  // namespace autossh_test::outage
