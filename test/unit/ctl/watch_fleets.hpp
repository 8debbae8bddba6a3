// What the tests of autosshctl watch are about.
#pragma once

#include "autossh/ctl/watched.hpp"

#include <string>
#include <vector>

namespace autossh_test {

inline const autossh::WallTime watch_now = autossh::WallTime(std::chrono::hours(500'000));

autossh::TunnelFacts watched_tunnel(const std::string& name, const std::string& state,
                                    const std::string& health);

/// A fleet "laptop", whose tunnels are office (waiting), db, web (up) and lab (stopped).
autossh::SeenDaemon watched_laptop(pid_t pid = 4242);

/// One of a single tunnel, which has its name.
autossh::SeenDaemon watched_single(const std::string& name, pid_t pid);

}  // namespace autossh_test
