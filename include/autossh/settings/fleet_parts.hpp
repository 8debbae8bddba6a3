// The parts of the file of many tunnels, with what it includes, before any of them is made a tunnel of. Pure,
// but for the reading of other files.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_files.hpp"
#include "autossh/settings/toml.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// [tunnel.NAME], [range.NAME] or [template.NAME].
struct FleetSection {
    std::string name;
    FilePlace at;
    std::vector<TomlEntry> keys;
};

/// The whole, as it is written.
struct FleetParts {
    std::vector<TomlEntry> defaults;
    std::map<std::string, FleetSection, std::less<>> templates;
    std::vector<FleetSection> ranges;
    std::vector<FleetSection> tunnels;
    std::vector<TomlEntry> fleet;     ///< of [fleet]
    std::vector<TomlEntry> log;       ///< of [log]
    std::optional<FleetSection> hub;  ///< [hub]; without a name
    std::optional<FleetSection> metrics;
    std::optional<TomlEntry> hook;  ///< [[hook]], all of them
};

/// Reads the file at `path`, and what it includes: NAME.conf is a tunnel NAME with the key "autossh".
/// Reports what is wrong with its form, its names and its keys.
FleetParts read_fleet_parts(const std::string& path, const FleetFiles& files, FleetErrors& errors);

/// "[tunnel.db]"
std::string header_of(std::string_view part, std::string_view name);

/// `path` beside `file`, unless it is absolute.
std::string beside(const std::string& file, const std::string& path);

}  // namespace autossh
