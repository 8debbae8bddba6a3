// What autosshctl watch tells of one tunnel. Pure.
#pragma once

#include "autossh/ctl/watched.hpp"

#include <string>
#include <vector>

namespace autossh {

/// Lines as they come from the process, not fit for the screen.
std::vector<std::string> watch_details(const WatchedDaemon& daemon, const TunnelFacts& tunnel, bool utf8,
                                       WallTime now);

}  // namespace autossh
