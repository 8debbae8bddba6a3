// Gathers what the rules of machine_check judge; and the words of autossh --fleet, where these are examined.
#pragma once

#include "autossh/doctor/machine_check.hpp"
#include "autossh/doctor/patient.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// `keeper`: 0 for a process that is still to be started.
LimitsLook look_at_limits(std::size_t tunnels, pid_t keeper);
/// `keeper`: as above; `as_fleet`: it would be the fleet's unit.
BootLook look_at_boot(pid_t keeper, bool as_fleet);
ClockLook look_at_clock(bool matters);
RoomLook look_at_room(const std::string& purpose, const std::string& directory);
/// `for_fleet`: those of one tunnel do not count.
std::vector<VariableLook> look_at_variables(const Variables& variables, bool for_fleet);

/// The file that `words`, behind autossh, have a fleet read. Nothing: they are no --fleet. Throws UsageError
/// and ConfigError.
std::optional<std::string> file_of_fleet_words(std::span<const std::string> words,
                                               const Variables& variables);

}  // namespace autossh
