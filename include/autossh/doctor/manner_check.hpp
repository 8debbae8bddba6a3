// What the settings and ssh's configuration come to that takes something from a tunnel which nobody looks at.
// Pure.
#pragma once

#include "autossh/doctor/finding.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/config.hpp"

namespace autossh {

/// `attended`: it is a command line, at whose terminal a person may be.
Findings manner_findings(const Settings& settings, const SshConfig& config, bool attended);

/// -R to an address that only some servers give: where it is not known what this one does.
Findings public_port_findings(const Settings& settings, const SshConfig& config);

}  // namespace autossh
