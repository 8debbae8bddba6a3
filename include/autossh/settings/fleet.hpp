// The file of many tunnels: see autossh-fleet(5). Pure, but for the reading of files.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_files.hpp"
#include "autossh/settings/fleet_hub.hpp"
#include "autossh/settings/fleet_ledger.hpp"
#include "autossh/settings/fleet_metrics.hpp"
#include "autossh/settings/fleet_tunnel.hpp"
#include "autossh/settings/hook_settings.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/settings/start_limits.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// What `autossh --fleet` has to keep.
struct FleetPlan {
    static constexpr std::size_t most_tunnels = 1000;

    std::string name;                ///< of [fleet], or the file's
    LogSettings log;                 ///< of the process, with [log]
    std::string observers;           ///< a group, who may see how the tunnels are; empty: nobody else may
    FilePlace observers_at;          ///< where it is named
    std::list<FleetTunnel> tunnels;  ///< those with the highest priority first, else in the order of the file
    StartLimits starts = {};
    FleetLedger ledger = {};
    std::optional<HubSettings> hub = {};  ///< nothing: it is none
    std::optional<MetricsSettings> metrics = {};
    std::vector<HookSettings> hooks = {};
    FleetErrors errors;  ///< if there are any, nothing is to be started
    /// A file that it was read from is another one now. Null: nobody looks.
    std::function<bool()> files_have_changed = {};
};

/// Reads the file at `path` with all that it includes, and checks all of it. `process`: as fleet_tunnel().
FleetPlan read_fleet(const std::string& path, const FleetFiles& files, const Settings& process);

}  // namespace autossh
