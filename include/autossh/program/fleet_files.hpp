// The files that the file of many tunnels is read from, on this machine.
#pragma once

#include "autossh/settings/fleet_files.hpp"

#include <string>

namespace autossh {

FleetFiles fleet_files();

/// As FleetFiles::read.
FleetFile read_guarded_file(const std::string& path);

}  // namespace autossh
