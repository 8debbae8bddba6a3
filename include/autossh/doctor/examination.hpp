// Examines tunnels: all looks at each, one connection for each server, and the rules over what they show.
#pragma once

#include "autossh/doctor/finding.hpp"
#include "autossh/doctor/patient.hpp"

#include <vector>

namespace autossh {

/// `login`: also log in, once for all tunnels whose log-ins are the same.
Findings examined(const std::vector<Patient>& patients, bool login);

}  // namespace autossh
