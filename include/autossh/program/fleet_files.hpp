// The files that the file of many tunnels is read from, on this machine.
#pragma once

#include "autossh/settings/fleet.hpp"
#include "autossh/settings/fleet_files.hpp"
#include "autossh/settings/settings.hpp"

#include <string>

namespace autossh {

FleetFiles fleet_files();

/// As read_fleet() of those; the plan knows later whether they have changed.
FleetPlan read_fleet_files(const std::string& path, const Settings& process);

/// As FleetFiles::read.
FleetFile read_guarded_file(const std::string& path);

}  // namespace autossh
