// Asks processes of ours for the boxes of their hubs.
#pragma once

#include "autossh/ctl/hub_table.hpp"
#include "autossh/ctl/seen.hpp"

#include <vector>

namespace autossh {

/// Of those that have one, and answer; who does not is told.
std::vector<SeenHub> hubs_among(const std::vector<SeenDaemon>& daemons);

}  // namespace autossh
