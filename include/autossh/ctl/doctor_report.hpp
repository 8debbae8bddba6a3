// What autosshctl doctor prints. Pure.
#pragma once

#include "autossh/doctor/finding.hpp"

#include <string>

namespace autossh {

/// A line for each finding, as merged() has them, and one with the remedy below those that have one.
std::string doctor_text(const Findings& findings);

/// {"v":1,"grade":"FAIL","findings":[…]}, in one line without its end.
std::string doctor_json(const Findings& findings);

}  // namespace autossh
