// The tunnels that one process is to keep, with all that each needs before it is started.
#pragma once

#include "autossh/base/signals.hpp"
#include "autossh/login/secret_store.hpp"
#include "autossh/settings/fleet.hpp"
#include "autossh/settings/settings.hpp"

#include <cstddef>
#include <list>
#include <string>
#include <vector>

namespace autossh {

/// One of them.
struct KeptTunnel {
    TunnelSettings& settings;
    SecretStore secrets = {};
    std::vector<std::string> notices = {};  ///< for its log, before all else
};

struct KeptTunnels {
    std::list<KeptTunnel> tunnels;
    std::string fleet = {};  ///< the name of the whole; empty: one tunnel, of the command line
    StartLimits starts = {};
    std::size_t disabled = 0;  ///< in the file, and not among these
};

/// The tunnel of a command line. Throws ConfigError and std::system_error.
KeptTunnels kept_tunnel(Settings& settings, const InheritedSignals& inherited);

/// Those of a fleet that are enabled. Secrets that are not there are mistakes of the plan's.
KeptTunnels kept_tunnels(FleetPlan& plan, const InheritedSignals& inherited);

/// In the background the directory is /, but paths mean the one we were started in. Of tunnels the two above
/// see to that. Throws std::system_error.
void make_paths_absolute(Settings& process);

}  // namespace autossh
