#include "outage/experiment.hpp"

#include "outage/bare_ssh.hpp"
#include "outage/lab.hpp"
#include "outage/supervisor.hpp"
#include "outage/watch.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <sys/resource.h>

namespace autossh_test::outage {
namespace {

using Form = Experiment::Form;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A path counts as back after this time; longer than a probe may take.
constexpr milliseconds lasting{2500};

/// Connections that hang are many in a long fault.
void allow_many_descriptors()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// How long the tunnel is up before the fault: in the full form longer than the gate time, within which an
/// ssh that ends is a first try that has failed. In the brief form there is no gate.
Clock::duration time_before_fault(const Experiment& experiment)
{
    const bool has_gate =
        experiment.form == Form::full && experiment.contestant.kind == Contestant::Kind::ours;
    return has_gate ? seconds(32) : lasting;
}

Environment environment(Form form)
{
    return form == Form::brief ? Environment{{"AUTOSSH_GATETIME", "0"}} : Environment{};
}

bool is_back(const Lab& lab, const Fault& fault)
{
    return lab.local().is_good_for(lasting) && (fault.session_stays || lab.remote().is_good_for(lasting));
}

/// What neither direction could go below.
void set_floors(Outcome& outcome, const Experiment& experiment, const Watch& watch, Seconds length,
                const ConnectTimes& bare_ssh)
{
    const Fault& fault = experiment.fault;
    const ConnectTimes bare = fault.restart == Fault::Restart::allowed ? bare_ssh : ConnectTimes{};
    if (fault.breaks == Fault::Breaks::nothing)
        return;
    outcome.local.floor = (fault.breaks == Fault::Breaks::both ? length : Seconds::zero()) + bare.local;
    Seconds remote = length;
    if (const auto ended = watch.sessions_ended(); ended && fault.leaves_session)
        remote = std::max(remote, Seconds(*ended - watch.fault()));
    outcome.remote.floor = remote + bare.remote;
}

void observe(Outcome& outcome, const Lab& lab, const Experiment& experiment, const Watch& watch)
{
    const auto report = [&](const Prober& prober, Report& direction) {
        const Downtime result = downtime(prober.probes(), watch.fault());
        direction.down = result.down;
        direction.lost = result.lost;
    };
    report(lab.local(), outcome.local);
    report(lab.remote(), outcome.remote);
    outcome.restarts = static_cast<int>(watch.starts().size());
    if (outcome.restarts > 0)
        outcome.found = watch.starts().front() - watch.fault();
    outcome.false_restarts =
        experiment.fault.restart == Fault::Restart::is_false ? outcome.restarts : watch.needless_starts();
}

}  // namespace

Outcome run(const Experiment& experiment)
{
    allow_many_descriptors();
    const Fault& fault = experiment.fault;
    const bool is_full = experiment.form == Form::full;
    Lab lab(is_full ? fault.configuration : fault.short_configuration);
    const ConnectTimes bare = is_full ? connect_times(lab) : ConnectTimes{};
    const Supervisor supervisor(experiment.contestant, lab, environment(experiment.form));
    const auto before = time_before_fault(experiment);
    Outcome outcome;
    outcome.was_up = wait_until([&] { return lab.is_good_for(before); },
                                std::chrono::ceil<milliseconds>(before) + seconds(40), milliseconds(20));
    if (outcome.was_up) {
        Watch watch(lab, supervisor, lab.sshd().sessions());
        Scene scene{lab, supervisor, watch};
        fault.inflict(scene, is_full ? fault.length : fault.short_length);
        const Seconds length = Clock::now() - watch.fault();
        watch.pass(lasting);  // what it does may show late
        watch.pass_until([&] { return is_back(lab, fault); },
                         std::chrono::ceil<milliseconds>(experiment.patience));
        observe(outcome, lab, experiment, watch);
        if (is_full)
            set_floors(outcome, experiment, watch, length, bare);
    }
    outcome.log = supervisor.log();
    return outcome;
}

std::optional<Seconds> time_to_stop(const Contestant& contestant)
{
    Lab lab({});
    const Supervisor supervisor(contestant, lab, {{"AUTOSSH_GATETIME", "0"}});
    if (!wait_until([&] { return lab.is_good_for(lasting); }))
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
