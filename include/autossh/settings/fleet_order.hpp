// In which order the tunnels of a file may start, and how many at a time. Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_tunnel.hpp"
#include "autossh/settings/start_limits.hpp"
#include "autossh/settings/toml.hpp"

#include <list>
#include <string_view>
#include <vector>

namespace autossh {

/// "max-connecting" or "per-server" of [fleet].
bool is_start_limit(std::string_view key);

/// Reports another value of such a key than a whole number from 1 to 1000.
void check_start_limit(const TomlEntry& entry, FleetErrors& errors);

/// Of the entries of [fleet]; what is wrong with them has been reported.
StartLimits start_limits(const std::vector<TomlEntry>& fleet);

/// Reports in "after" a name that no tunnel has, a tunnel's own, and tunnels that wait for each other in a
/// ring.
void check_order(const std::list<FleetTunnel>& tunnels, FleetErrors& errors);

}  // namespace autossh
