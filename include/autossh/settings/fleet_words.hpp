// Words and forwards in the file of many tunnels. Pure.
#pragma once

#include "autossh/settings/command_line.hpp"
#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/settings/toml.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// A forward as the file has it.
struct FleetForward {
    std::string specification;
    FilePlace at;
    std::string name = {};  ///< empty: in a list it has none
    ForwardNeed need = ForwardNeed::wanted;
};

/// Of "local", "remote" or "dynamic": a list, or a table NAME = SPEC or NAME = { spec, need }. Reports what
/// is neither.
std::vector<FleetForward> fleet_forwards(const TomlEntry& forwards, FleetErrors& errors);

/// A list as it is, a text taken apart as a service manager takes OPTIONS. Nothing: a quote is left open.
std::optional<std::vector<std::string>> words_in(const TomlValue& value);

/// What must not be among the words for ssh; empty: nothing.
std::string mistake_in_options(std::span<const std::string> words);

/// What a command line of ours must not have said, once it has been read; empty: nothing.
std::string mistake_in_fleet_words(Action action, const Settings& settings);

/// Where the -L and -D among the words for ssh listen on this machine.
std::vector<std::string> listening_places_in(std::span<const std::string> words);

}  // namespace autossh
