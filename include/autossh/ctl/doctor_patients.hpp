// Which tunnels autosshctl doctor examines: of a command line, of the processes that run, of the file.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/ctl/command_line.hpp"
#include "autossh/ctl/seen.hpp"
#include "autossh/doctor/finding.hpp"
#include "autossh/doctor/patient.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

struct DoctorRound {
    std::vector<Patient> patients = {};
    std::vector<SeenDaemon> daemons = {};  ///< those that are meant
    Findings findings = {};                ///< of processes and files
    std::string unread_fleet = {};         ///< the file of a fleet that does not run; empty: there is none
    bool has_fleet = false;                ///< one that runs, or the file
    std::optional<int> exit_status = {};   ///< nothing is examined; it has been told why
};

/// Throws UsageError and ConfigError for a command line that autossh would not take.
DoctorRound doctor_round(const CtlCommand& command, const Environment& environment);

}  // namespace autossh
