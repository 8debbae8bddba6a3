// autossh --fleet: its command line, and the tunnels of its file.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/program/kept_tunnels.hpp"
#include "autossh/settings/fleet.hpp"
#include "autossh/settings/settings.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// sysexits.h.
inline constexpr int wrong_usage = 64;
inline constexpr int wrong_configuration = 65;

/// --fleet is the first word, or stands behind -f.
bool asks_for_fleet(std::span<const std::string> arguments);

/// Reads the options of the process into `settings`. Returns the file: the default one where none is named.
/// Throws UsageError and ConfigError.
std::string read_fleet_arguments(std::span<const std::string> arguments, const Environment& environment,
                                 Settings& settings);

/// Each variable that is for one tunnel, with the key to write, as a fleet does not read it; and a limit of
/// `open_files` that is too low.
std::vector<std::string> warnings_for_fleet(const Environment& environment, std::size_t tunnels,
                                            std::size_t open_files);

/// How many descriptors so many tunnels may need.
std::size_t descriptors_for(std::size_t tunnels);

/// What is to be kept, or an exit status: the mistakes have been told on stderr.
struct FleetStart {
    std::optional<int> exit_status = {};
    FleetPlan plan = {};  ///< has the settings of `kept`
    KeptTunnels kept = {};
};

/// Reads the command line and the file, and checks all of both; the log is open behind it.
FleetStart start_of_fleet(std::span<const std::string> arguments, InheritedSignals& inherited,
                          Settings& settings, Log& log);

}  // namespace autossh
