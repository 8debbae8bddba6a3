// The command line of ours that the keys of a tunnel in the file of many stand for. Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/settings/toml.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// Which tunnel it is for.
struct NamedTunnel {
    std::string name;
    FilePlace at;
    std::string host;  ///< the destination where no key names one
};

/// Where a tunnel listens on this machine, with the places in the file that say so.
using FleetListens = std::vector<std::pair<std::string, FilePlace>>;

/// The words of a tunnel, and what they do not say.
struct FleetCommandLine {
    std::vector<std::string> words;
    FleetListens listens;
    std::vector<NamedForward> forwards;  ///< those with a name or a need
};

/// Whether this key says with which words ssh is run, which "autossh" says as a whole.
bool is_of_connection(std::string_view key);

/// For read_command_line(). `keys`: of check_keys(), each once. Reports what is wrong with the words; then
/// they are not all there.
FleetCommandLine fleet_command_line(const NamedTunnel& tunnel, const std::vector<TomlEntry>& keys,
                                    FleetErrors& errors);

}  // namespace autossh
