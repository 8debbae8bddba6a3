// [[hook]] in the file of many tunnels. Pure, but for the look at the programs.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_files.hpp"
#include "autossh/settings/fleet_tunnel.hpp"
#include "autossh/settings/hook_settings.hpp"
#include "autossh/settings/toml.hpp"

#include <list>
#include <string>
#include <vector>

namespace autossh {

/// `path`: of the file, whose folder relative paths of programs mean. `tunnels`: those that a hook may name;
/// of a hub it may name boxes, too.
std::vector<HookSettings> fleet_hooks(const std::string& path, const TomlEntry& hooks,
                                      const std::list<FleetTunnel>& tunnels, bool is_hub,
                                      const FleetFiles& files, FleetErrors& errors);

}  // namespace autossh
