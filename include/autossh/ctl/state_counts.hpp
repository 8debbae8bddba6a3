// How many tunnels are in which state, for the first line of a table. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <span>
#include <string>

namespace autossh {

/// ": 2 up, 1 degraded, 1 stopped", the best first; empty: there are none.
std::string counted_states(std::span<const TunnelFacts* const> tunnels);

}  // namespace autossh
