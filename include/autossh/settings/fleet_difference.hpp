// What a tunnel of the file of many needs done when the file is read again. Pure.
#pragma once

#include "autossh/settings/fleet_tunnel.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// Weakest first; each with what stands before it.
enum class FleetChange {
    none,
    labels,    ///< its groups, its description, its place in the order: nothing that runs knows of them
    times,     ///< and rules, which count from the next time they are asked on
    forwards,  ///< -L, -R and -D of ssh's words
    all,       ///< another ssh must be started
};

/// Whether it is enabled does not count.
FleetChange change_between(const FleetTunnel& now, const FleetTunnel& next);

/// -L, -R and -D among words for ssh, "L 8080:web:80" each, in order.
std::vector<std::string> forwards_among(std::span<const std::string> words);

/// "L 8080:web:80 opened, R 2222:localhost:22 closed"
std::string difference_of_forwards(const FleetTunnel& now, const FleetTunnel& next);

}  // namespace autossh
