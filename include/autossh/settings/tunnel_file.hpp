// The file of one tunnel that autossh@.service reads, by the rules of systemd's EnvironmentFile: see
// autossh.conf(5). Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/toml.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// Its variables, in their order.
std::vector<std::pair<std::string, std::string>> read_environment_file(std::string_view text);

/// The same as the keys of a tunnel: OPTIONS is "autossh", a variable of ours that of its option, and any
/// other one part of "environment". Reports one that is of the whole process.
std::vector<TomlEntry> keys_of_tunnel_file(std::string_view text, const FilePlace& begin,
                                           FleetErrors& errors);

}  // namespace autossh
