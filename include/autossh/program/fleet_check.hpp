// The file of many tunnels, checked and not started: what autossh --fleet would say to it.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_files.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace autossh {

/// The file of autossh --fleet where none is named. Throws UsageError where neither XDG_CONFIG_HOME nor HOME
/// is set.
std::string default_fleet_file(const Environment& environment);
/// The same, and empty in the place of the UsageError.
std::string default_fleet_file_or_none(const Environment& environment);

/// What was found in a file.
struct FleetCheck {
    FleetErrors errors = {};
    std::size_t tunnels = 0;
    std::size_t disabled = 0;  ///< of these
    bool has_hub = false;
};

/// All that is wrong in `path` and what it includes; `text` stands for the text of the file itself, where it
/// is given.
FleetCheck checked_fleet(const std::string& path, const std::optional<std::string>& text,
                         const Environment& environment);

/// The same with other files than those of the machine.
FleetCheck checked_fleet(const std::string& path, const FleetFiles& files, const Environment& environment);

/// "FILE: 5 tunnels, no mistakes", "FILE: 0 tunnels and a hub, no mistakes"
std::string no_mistakes_in(const std::string& path, const FleetCheck& check);

}  // namespace autossh
