#include "autossh/ctl/doctor_settings.hpp"

#include "autossh/doctor/process_facts.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/settings/poll_times.hpp"
#include "autossh/settings/table.hpp"

#include <utility>

namespace autossh {

namespace {

/// Settings of the process, of which the path of ssh counts.
Settings process_settings(const Variables& variables)
{
    Settings process;
    if (const auto path = variables.find("AUTOSSH_PATH"); path != variables.end() && !path->second.empty())
        process.ssh_path = path->second;
    return process;
}

}  // namespace

Settings settings_of(std::span<const std::string> words, const Variables& variables)
{
    Settings settings;
    read_environment(looked_up_in(variables), settings);
    settle_poll_times(settings);
    read_command_line(words, settings);
    settle_poll_times(settings);
    return settings;
}

std::vector<Patient> patients_in_file(const std::string& file, const Variables& variables,
                                      FleetErrors& errors, std::vector<TunnelLabel>* labels)
{
    std::vector<Patient> patients;
    FleetPlan plan = read_fleet_files(file, process_settings(variables));
    errors = plan.errors;
    if (!errors.empty())
        return patients;
    for (FleetTunnel& tunnel : plan.tunnels) {
        Patient patient{
            .name = tunnel.name, .settings = std::move(tunnel.settings), .environment = variables};
        if (!patient.settings->log.file)
            patient.settings->log.file = plan.log.file;
        if (!tunnel.enabled) {
            patient.live.emplace();
            patient.live->wanted = false;
            patient.live->stopped = "not enabled";
        }
        if (labels != nullptr)
            labels->push_back({tunnel.name, tunnel.groups});
        patients.push_back(std::move(patient));
    }
    return patients;
}

}  // namespace autossh
