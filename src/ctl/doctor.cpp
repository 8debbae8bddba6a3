#include "autossh/base/environment.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/doctor_patients.hpp"
#include "autossh/ctl/doctor_report.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/doctor/examination.hpp"
#include "autossh/doctor/machine_look.hpp"
#include "autossh/doctor/process_facts.hpp"
#include "autossh/doctor/running_check.hpp"
#include "autossh/program/origin.hpp"
#include "autossh/system/private_directory.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/core.h>

namespace autossh {

namespace {

void append(Findings& findings, Findings more)
{
    std::ranges::move(more, std::back_inserter(findings));
}

/// "systemctl restart UNIT", where it is in one.
std::string way_to_restart(const BootLook& boot)
{
    return boot.unit.empty()
               ? ""
               : fmt::format("systemctl {}restart {}", boot.is_users ? "--user " : "", boot.unit);
}

void examine_process(Findings& findings, const SeenDaemon& daemon)
{
    const pid_t pid = daemon.facts.pid;
    const BootLook boot = look_at_boot(pid, false);
    append(findings, process_findings({.words = in_words(daemon),
                                       .pid = pid,
                                       .version = daemon.facts.version,
                                       .trouble = daemon.trouble,
                                       .takes_orders = daemon.takes_orders,
                                       .config_newer = daemon.facts.config_newer,
                                       .way_to_restart = way_to_restart(boot)},
                                      AUTOSSH_VERSION));
    if (!daemon.trouble.empty())
        return;
    append(findings, limit_findings(look_at_limits(daemon.facts.tunnels.size(), pid)));
    append(findings, boot_findings(boot));
    append(findings, variable_findings(look_at_variables(variables_of(pid), daemon.is_fleet())));
    append(findings, room_findings(look_at_room("its private files", daemon.at.parent)));
}

/// Of what would be started from here.
void examine_start(Findings& findings, const DoctorRound& round, const Environment& environment)
{
    append(findings, limit_findings(look_at_limits(round.patients.size(), 0)));
    append(findings, boot_findings(look_at_boot(0, !round.unread_fleet.empty())));
    append(findings, variable_findings(look_at_variables(our_variables(), !round.unread_fleet.empty())));
    // As a start does it: a place that cannot be used is passed over for the next.
    Findings room;
    for (const PrivateDirectory::Candidate& place : PrivateDirectory::candidates(environment))
        if (room.empty() || exit_status(room) != 0)
            room = room_findings(look_at_room("its private files", place.path));
    append(findings, std::move(room));
}

void examine_logs(Findings& findings, const std::vector<Patient>& patients)
{
    std::set<std::string> directories;
    for (const Patient& patient : patients)
        if (patient.settings && patient.settings->log.file) {
            const std::string directory(directory_part(*patient.settings->log.file));
            directories.insert(directory.empty() ? "." : directory);
        }
    for (const std::string& directory : directories)
        append(findings, room_findings(look_at_room("the log", directory)));
}

}  // namespace

int doctor(const CtlCommand& command, const Environment& environment)
{
    DoctorRound round = doctor_round(command, environment);
    if (round.exit_status) {
        if (command.json)
            print_all("{\"v\":1,\"grade\":null,\"findings\":[]}\n");
        return *round.exit_status;
    }
    Findings findings = std::move(round.findings);
    for (const SeenDaemon& daemon : round.daemons)
        examine_process(findings, daemon);
    if (!round.unread_fleet.empty() || round.daemons.empty())
        examine_start(findings, round, environment);
    examine_logs(findings, round.patients);
    append(findings, examined(round.patients, command.login));
    const bool has_certificate =
        std::ranges::any_of(findings, [](const Finding& one) { return one.thing == "certificate"; });
    append(findings, clock_findings(look_at_clock(has_certificate)));
    findings = merged(std::move(findings));
    print_all(command.json ? doctor_json(findings) + "\n" : doctor_text(findings));
    return exit_status(findings);
}

}  // namespace autossh
