#include "outage/experiment.hpp"

#include "outage/bare_ssh.hpp"
#include "outage/lab.hpp"
#include "outage/supervisor.hpp"
#include "outage/watch.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace autossh_test::outage {
namespace {

using Form = Experiment::Form;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A path counts as back after this time; longer than a probe may take.
constexpr milliseconds lasting{2000};

/// What it could not go below.
Seconds floor_of(const Experiment& experiment, const Watch& watch, Seconds length, Seconds connect_time)
{
    const Fault& fault = experiment.fault;
    if (fault.breaks == Fault::Breaks::nothing)
        return Seconds::zero();
    const bool is_remote = experiment.direction == Direction::remote;
    Seconds floor = fault.breaks == Fault::Breaks::both || is_remote ? length : Seconds::zero();
    if (const auto ended = watch.sessions_ended(); ended && is_remote && fault.leaves_session)
        floor = std::max(floor, Seconds(*ended - watch.fault()));
    return fault.restart == Fault::Restart::allowed ? floor + connect_time : floor;
}

void observe(Outcome& outcome, const Lab& lab, const Experiment& experiment, const Watch& watch)
{
    const Downtime result = downtime(lab.prober().probes(), watch.fault());
    outcome.down = result.down;
    outcome.lost = result.lost;
    outcome.restarts = static_cast<int>(watch.starts().size());
    if (outcome.restarts > 0)
        outcome.found = watch.starts().front() - watch.fault();
    outcome.false_restarts =
        experiment.fault.restart == Fault::Restart::is_false ? outcome.restarts : watch.needless_starts();
}

}  // namespace

Outcome run(const Experiment& experiment)
{
    const Fault& fault = experiment.fault;
    const bool is_full = experiment.form == Form::full;
    Lab lab(experiment.direction, is_full ? fault.configuration : fault.short_configuration);
    const Seconds bare = is_full ? connect_time(lab) : Seconds::zero();
    const Supervisor supervisor(experiment.contestant, lab);
    const milliseconds before = is_full ? std::max(lasting, milliseconds(fault.age)) : lasting;
    Outcome outcome;
    outcome.was_up =
        wait_until([&] { return lab.prober().is_good_for(before); }, before + seconds(40), milliseconds(20));
    if (outcome.was_up) {
        Watch watch(lab, supervisor, lab.sshd().sessions());
        Scene scene{lab, supervisor, watch};
        fault.inflict(scene, is_full ? fault.length : fault.short_length);
        const Seconds length = Clock::now() - watch.fault();
        watch.pass(lasting);  // what it does may show late
        watch.pass_until([&] { return lab.prober().is_good_for(lasting); },
                         std::chrono::ceil<milliseconds>(experiment.patience));
        observe(outcome, lab, experiment, watch);
        if (is_full)
            outcome.floor = floor_of(experiment, watch, length, bare);
    }
    outcome.log = supervisor.log();
    return outcome;
}

std::optional<Seconds> time_to_stop(const Contestant& contestant)
{
    Lab lab(Direction::local, {});
    const Supervisor supervisor(contestant, lab);
    if (!wait_until([&] { return lab.prober().is_good_for(lasting); }))
        throw std::runtime_error("no tunnel: " + supervisor.log());
    supervisor.signal_ssh(SIGSTOP);
    std::this_thread::sleep_for(seconds(1));
    const auto told = Clock::now();
    supervisor.process().signal(SIGTERM);
    if (!supervisor.process().wait_for_exit())
        return std::nullopt;
    return Clock::now() - told;
}

}  // namespace autossh_test::outage
