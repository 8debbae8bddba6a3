// The tunnels that one process is to keep, with all that each needs before it is started.
#pragma once

#include "autossh/base/signals.hpp"
#include "autossh/ledger/place.hpp"
#include "autossh/login/secret_store.hpp"
#include "autossh/settings/fleet.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/version.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// One of them.
struct KeptTunnel {
    std::shared_ptr<FleetTunnel> definition;  ///< in the file of many; null: it is of a command line
    std::reference_wrapper<TunnelSettings> settings;
    /// Nothing: they have not been taken.
    std::optional<SecretStore> secrets = std::nullopt;

    bool is_enabled() const { return !definition || definition->enabled; }
};

struct KeptTunnels {
    std::list<KeptTunnel> tunnels;
    std::optional<SshVersions> versions = {};  ///< that were asked for their secrets
    std::string fleet = {};  ///< the name of the whole; empty: one tunnel, of the command line
    std::string file = {};   ///< of the fleet, as an absolute path
    StartLimits starts = {};
    std::optional<HubSettings> hub = {};
    std::optional<MetricsSettings> metrics = {};
    std::vector<HookSettings> hooks = {};
    /// Reads that file again.
    std::function<FleetPlan()> read_again = {};
    std::function<bool()> files_have_changed = {};  ///< since it was read
    std::string directory = {};                     ///< where we were started
    std::string observers = {};                     ///< a group, for a socket of its own; empty: none
    std::string state_directory = {};               ///< of a fleet, as an absolute path; empty: there is none
    std::optional<LedgerPlace> ledger = {};         ///< nothing: none is kept,
    std::string ledger_complaint = {};              ///< for this reason; empty: nobody wants one
    std::uint64_t ledger_size = std::uint64_t{64} << 20U;  ///< the most, in bytes
};

/// The tunnel of a command line. Throws ConfigError and std::system_error.
KeptTunnels kept_tunnel(Settings& settings, const InheritedSignals& inherited);

/// Those of a fleet, without their secrets; none is left in the plan. `directory`: that relative paths mean;
/// empty: the one we work in. Throws std::system_error.
std::list<KeptTunnel> kept_tunnels(FleetPlan& plan, const std::string& directory = {});

/// Takes its secrets. False: some are not there, which is a mistake of the plan's.
bool take_secrets(KeptTunnel& kept, SshVersions& versions, FleetErrors& errors);

/// In the background the directory is /, but paths mean the one we were started in. Of tunnels the first two
/// see to that. Throws std::system_error.
void make_paths_absolute(Settings& process);

}  // namespace autossh
