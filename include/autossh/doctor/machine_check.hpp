// What the machine must give: limits, a start at boot, the clock, room for files. Pure.
#pragma once

#include "autossh/doctor/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// Of one process that keeps tunnels, or would.
struct LimitsLook {
    std::size_t tunnels = 0;
    std::optional<std::uint64_t> open_files = {};  ///< the hard limit; nothing: none, or not known
    std::optional<std::uint64_t> tasks = {};       ///< TasksMax, or pids.max of the group
    std::string unit = {};                         ///< where it is set; empty: in no unit
};
Findings limit_findings(const LimitsLook& look);

struct BootLook {
    bool has_systemd = false;
    std::string unit = {};  ///< in which it runs, or that is enabled; empty: in none
    bool is_users = false;
    std::string user = {};
    bool lingers = false;
    std::string enabled = {};  ///< as systemctl is-enabled says: "enabled"; empty: not known
};
Findings boot_findings(const BootLook& look);

struct ClockLook {
    std::int64_t now = 0;         ///< seconds since 1970
    bool is_synchronised = true;  ///< as far as the kernel tells
    bool matters = false;         ///< certificates are in use
};
Findings clock_findings(const ClockLook& look);

struct RoomLook {
    std::string purpose = {};  ///< "private files", "the log"
    std::string directory = {};
    std::string trouble = {};  ///< why nothing can be written there: "Read-only file system"; empty: it can
    bool is_missing = false;   ///< the directory
    std::uint64_t bytes = 0;   ///< that are free
    std::uint64_t files = 1;   ///< the same; always some where it is not known
};
Findings room_findings(const RoomLook& look);

/// Of AUTOSSH_ variables: `name` with whether it counts.
struct VariableLook {
    std::string name;
    bool is_known = true;
    std::string meant = {};    ///< the nearest that there is; empty: none is near
    std::string warning = {};  ///< why it does not count; empty: it does
};
Findings variable_findings(const std::vector<VariableLook>& look);

}  // namespace autossh
