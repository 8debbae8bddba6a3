// Has fleets read their files again, and tells what has come of it.
#pragma once

#include "autossh/ctl/session.hpp"

#include <vector>

namespace autossh {

/// Returns the exit status.
int reload_fleets(const std::vector<SeenDaemon>& fleets, bool dry_run);

}  // namespace autossh
