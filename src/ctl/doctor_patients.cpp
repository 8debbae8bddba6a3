#include "autossh/ctl/doctor_patients.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/control/selection.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/doctor_settings.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/next_step.hpp"
#include "autossh/ctl/order_plan.hpp"
#include "autossh/doctor/machine_look.hpp"
#include "autossh/doctor/process_facts.hpp"
#include "autossh/program/fleet_check.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

std::string file_among(const CtlCommand& command)
{
    for (const std::string& word : command.tunnels)
        if (word.find('/') != word.npos || word.ends_with(".toml"))
            return word;
    return "";
}

void give_settings(DoctorRound& round, const SeenDaemon& daemon, std::vector<Patient>& patients)
{
    const pid_t pid = daemon.facts.pid;
    const Variables variables = variables_of(pid);
    std::vector<Patient> known;
    if (daemon.is_fleet() && !daemon.facts.config.empty()) {
        FleetErrors errors;
        known = patients_in_file(daemon.facts.config, variables, errors);
        if (!errors.empty())
            round.findings.push_back(failing("file", errors.first(), "autosshctl edit"));
    } else if (!daemon.is_fleet() && patients.size() == 1) {
        const auto words = arguments_of(pid);
        try {
            if (words.size() > 1)
                known.push_back({.name = patients.front().name,
                                 .settings = settings_of(std::span(words).subspan(1), variables)});
        } catch (const ConfigError&) {
            known.clear();  // it is none of this release's
        }
    }
    for (Patient& patient : patients) {
        patient.environment = variables.empty() ? our_variables() : variables;
        patient.directory = directory_of(pid);
        const auto found = std::ranges::find(known, patient.name, &Patient::name);
        if (found == known.end())
            continue;
        patient.settings = std::move(found->settings);
        // What ssh takes from there is its agent, tickets, and what its configuration names.
        if (!variables.empty())
            give_environment(patient.settings->tunnel.ssh, variables);
    }
}

/// What another user's says of its words, its environment and its ssh is not to be run with our rights.
bool is_of_our_user(const SeenDaemon& daemon)
{
    return !daemon.at.path.empty() && daemon.at.owner == ::geteuid();
}

void take_daemon(DoctorRound& round, const SeenDaemon& daemon, std::vector<TunnelLabel>& labels)
{
    std::vector<Patient> patients;
    for (const TunnelFacts& tunnel : daemon.facts.tunnels) {
        patients.push_back({.name = tunnel.name, .live = tunnel, .keeper = daemon.facts.pid});
        labels.push_back({tunnel.name, tunnel.groups});
    }
    if (daemon.trouble.empty() && is_of_our_user(daemon))
        give_settings(round, daemon, patients);
    else if (daemon.trouble.empty())
        round.findings.push_back(doubtful(
            "user", fmt::format("{} is another user's: its state alone is examined", in_words(daemon)),
            fmt::format("sudo -u '#{}' autosshctl doctor", daemon.at.owner)));
    round.has_fleet = round.has_fleet || daemon.is_fleet();
    std::ranges::move(patients, std::back_inserter(round.patients));
}

/// A fleet's file that no process has read.
void take_file(DoctorRound& round, const std::string& file, std::vector<TunnelLabel>& labels)
{
    FleetErrors errors;
    auto patients = patients_in_file(file, our_variables(), errors, &labels);
    if (!errors.empty() && round.daemons.empty()) {
        complain_lines(errors.text());
        round.exit_status = ctl_exit::configuration;
        return;
    }
    if (!errors.empty()) {
        round.findings.push_back(failing("file", errors.first(), "autosshctl edit"));
        return;
    }
    round.unread_fleet = file;
    round.has_fleet = true;
    round.findings.push_back(fine("file", fmt::format("{}: no mistakes; no autossh runs with it", file)));
    std::ranges::move(patients, std::back_inserter(round.patients));
}

bool is_of_a_daemon(const DoctorRound& round, const std::string& file)
{
    return std::ranges::any_of(round.daemons,
                               [&](const SeenDaemon& daemon) { return daemon.facts.config == file; });
}

/// Those that the words mean; who is stopped is examined only where he is named.
void keep_meant(DoctorRound& round, const std::vector<TunnelLabel>& labels,
                const std::vector<std::string>& patterns)
{
    if (patterns.empty()) {
        for (Patient& patient : round.patients)
            if (patient.live && !patient.live->wanted)
                patient.settings.reset();
        return;
    }
    const Selection meant = selected(labels, patterns);
    for (const std::string& pattern : meant.strange) {
        complain(no_such_tunnel(round.daemons, pattern));
        round.exit_status = ctl_exit::no_such_tunnel;
    }
    std::erase_if(round.patients, [&](const Patient& patient) {
        return std::ranges::find(meant.names, patient.name) == meant.names.end();
    });
}

DoctorRound round_of_words(const CtlCommand& command, std::vector<SeenDaemon> daemons)
{
    DoctorRound round;
    const std::string& program = command.words.front();
    if (program.substr(program.rfind('/') + 1) != "autossh")
        throw UsageError(
            fmt::format("behind --, a command line of autossh is expected, not \"{}\"", program));
    const auto words = std::span(command.words).subspan(1);
    try {
        if (const auto file = file_of_fleet_words(words, our_variables())) {
            std::vector<TunnelLabel> labels;
            take_file(round, *file, labels);
            return round;
        }
        Patient patient;
        patient.settings = settings_of(words, our_variables());
        patient.environment = our_variables();
        patient.name = patient.settings->log.tunnel;
        if (!patient.settings->tunnel.name.empty())
            patient.name = patient.settings->tunnel.name;
        patient.attended = !patient.settings->background;
        round.patients.push_back(std::move(patient));
    } catch (const ConfigError& error) {
        const std::string text = error.what();
        throw UsageError(text.empty() ? "autossh: no destination is given" : "autossh: " + text);
    }
    for (SeenDaemon& daemon : daemons) {
        const auto its = arguments_of(daemon.facts.pid);
        if (daemon.is_fleet() || its.empty() || daemon.facts.tunnels.size() != 1 ||
            !std::ranges::equal(std::span(its).subspan(1), words))
            continue;
        round.patients.front().live = daemon.facts.tunnels.front();
        round.patients.front().keeper = daemon.facts.pid;
        round.daemons.push_back(std::move(daemon));
        break;
    }
    return round;
}

}  // namespace

DoctorRound doctor_round(const CtlCommand& command, const Environment& environment)
{
    auto around = look_around(places_of_supervisors(environment), answer_is_due);
    if (!command.words.empty())
        return round_of_words(command, std::move(around.daemons));
    DoctorRound round;
    std::vector<TunnelLabel> labels;
    const std::string named = file_among(command);
    std::vector<std::string> patterns = command.tunnels;
    std::erase(patterns, named);
    if (named.empty())
        round.daemons = meant_daemons(std::move(around.daemons), command.daemon);
    for (const SeenDaemon& daemon : round.daemons)
        take_daemon(round, daemon, labels);
    const std::string usual = default_fleet_file_or_none(environment);
    const bool usual_is_there = !usual.empty() && ::access(usual.c_str(), F_OK) == 0;
    if (!named.empty())
        take_file(round, named, labels);
    else if (command.daemon.empty() && usual_is_there && !is_of_a_daemon(round, usual))
        take_file(round, usual, labels);
    else if (round.daemons.empty()) {
        complain_lines(
            command.daemon.empty()
                ? next_step(usual, usual_is_there, around.others_run)
                : fmt::format("autosshctl: no autossh has the name or pid \"{}\"\n", command.daemon));
        round.exit_status = ctl_exit::no_daemon;
    }
    if (!round.exit_status)
        keep_meant(round, labels, patterns);
    return round;
}

}  // namespace autossh
