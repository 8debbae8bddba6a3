// Other processes of this machine that have a place which a tunnel wants. Pure.
#pragma once

#include "autossh/doctor/finding.hpp"

#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Another ssh, and what it has or wants, as claims_of_granted().
struct OtherClient {
    pid_t pid = 0;
    std::string keeper = {};  ///< the name of the process that has started it: "autossh"
    pid_t keeper_pid = 0;
    std::vector<std::string> claims = {};
};

/// `claims`: those of the tunnel.
Findings rival_findings(const std::vector<std::string>& claims, const std::vector<OtherClient>& others);

}  // namespace autossh
