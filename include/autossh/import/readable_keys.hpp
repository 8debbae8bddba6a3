// The words for ssh as the keys of a tunnel that are easiest to read. Pure.
#pragma once

#include "autossh/import/ssh_words.hpp"
#include "autossh/settings/toml.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// `name`: of the tunnel, which needs no host where they are the same. `monitor`: the value of -M; empty: it
/// is not given. `labels`: as of ImportedTunnel. Nothing: there is neither -N nor a command, or both.
std::optional<std::vector<TomlEntry>> readable_keys(const SshWords& words, const std::string& name,
                                                    const std::string& monitor,
                                                    const std::map<std::string, std::string>& labels);

}  // namespace autossh
