// autosshctl health: one line as plugins of Nagios print it. Pure.
#pragma once

#include "autossh/ctl/command_line.hpp"
#include "autossh/ctl/seen.hpp"

#include <optional>
#include <span>
#include <string>

namespace autossh {

struct HealthResult {
    std::string line;     ///< without its end
    int exit_status = 3;  ///< 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
};

/// Without limits: as the exit status of `status`. With one: by the tunnels that are down, more of which than
/// the limit are a warning, or critical. No daemons: 3.
HealthResult health_of(std::span<const SeenDaemon> daemons, const std::optional<HealthLimit>& warning,
                       const std::optional<HealthLimit>& critical);

}  // namespace autossh
