// autossh --check: asks the running supervisor how its tunnel is.
#pragma once

#include "autossh/settings/table.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// Manual, "--check": which supervisor is meant. Both empty: the only one of this user.
struct CheckTarget {
    std::string name;
    std::string pid_file;
};

/// What to print, on one line (of a fleet, one more for each tunnel), and the exit status: 0 up, 1 degraded
/// or coming up, 2 down or not running.
struct CheckResult {
    std::string line;
    int exit_status = 2;
};

/// Nothing where the first argument is not --check. The variables AUTOSSH_PIDFILE and AUTOSSH_NAME count
/// where the arguments name none. Throws UsageError.
std::optional<CheckTarget> check_target(std::span<const std::string> arguments,
                                        const Environment& environment);

/// Changes nothing, and takes a moment only where a supervisor does not answer. `places`: directories. Only
/// what belongs to our user or to a service is believed, but for the very process that a pid file names.
CheckResult check(const CheckTarget& target, const std::vector<std::string>& places);

}  // namespace autossh
