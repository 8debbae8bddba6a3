// What a running autossh says of itself and of a tunnel, as findings. Pure.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/doctor/finding.hpp"

#include <string>

namespace autossh {

/// State, cause, refused forwards.
Findings running_findings(const TunnelFacts& tunnel);

struct ProcessLook {
    std::string words = {};  ///< "fleet "laptop" (pid 4242)"
    pid_t pid = 0;
    std::string version = {};  ///< of the one that runs; empty: not told
    std::string trouble = {};  ///< why it does not answer; empty: it does
    bool takes_orders = true;  ///< false: an older one
    bool config_newer = false;
    std::string way_to_restart = {};  ///< "systemctl restart autossh-fleet.service"; empty: not known
};

/// `version`: ours.
Findings process_findings(const ProcessLook& look, const std::string& version);

}  // namespace autossh
