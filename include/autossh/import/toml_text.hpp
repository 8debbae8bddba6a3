// Keys with their values as the text of a table of TOML. Pure.
#pragma once

#include "autossh/settings/toml.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// "[tunnel.NAME]" and a line for each key; a long list has a line for each of its items.
std::string tunnel_as_toml(std::string_view name, const std::vector<TomlEntry>& keys);

/// Whether it is UTF-8, without which no file of TOML is one.
bool may_stand_in_toml(std::string_view text);

}  // namespace autossh
