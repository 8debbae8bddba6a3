// The settings of tunnels that autosshctl doctor examines: of a command line, and of the file of a fleet.
#pragma once

#include "autossh/control/target.hpp"
#include "autossh/doctor/patient.hpp"
#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/settings.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// Of a command line without its first word, with the AUTOSSH_ variables. Throws ConfigError.
Settings settings_of(std::span<const std::string> words, const Variables& variables);

/// Those of a fleet's file. What is wrong with it goes into `errors`; then there are none. `labels`: gets
/// their names, unless it is null.
std::vector<Patient> patients_in_file(const std::string& file, const Variables& variables,
                                      FleetErrors& errors, std::vector<TunnelLabel>* labels = nullptr);

}  // namespace autossh
