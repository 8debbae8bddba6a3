// One tunnel of the file of many: its keys, from all parts of the file that have a say, as settings. Pure.
#pragma once

#include "autossh/settings/fleet_command_line.hpp"
#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/settings/toml.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace autossh {

/// What is to be run.
struct FleetTunnel {
    std::string name;
    FilePlace at;
    Settings settings = {};                 ///< only `tunnel` and `sources` count
    std::vector<std::string> notices = {};  ///< for its log
    bool enabled = true;
    std::vector<std::string> groups = {};
    std::string description = {};
    FleetListens listens = {};
    std::vector<TomlEntry> keys = {};  ///< those that count, for --explain
    FilePlace after_at = {};           ///< of the key "after", if there is one
};

/// `keys`: each once, of the part that counts. `host`: the destination where no key names one. `process`:
/// the settings of the whole process, of which the path of ssh is taken.
FleetTunnel fleet_tunnel(const std::string& name, const FilePlace& at, const std::string& host,
                         const std::vector<TomlEntry>& keys, const Settings& process, FleetErrors& errors);

}  // namespace autossh
