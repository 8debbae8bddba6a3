// What somebody is told to do where no autossh runs. Pure.
#pragma once

#include <string>

namespace autossh {

/// `file`: of a fleet, where it is without a name; empty: not known. Lines with their ends.
std::string next_step(const std::string& file, bool file_is_there, bool others_run);

}  // namespace autossh
