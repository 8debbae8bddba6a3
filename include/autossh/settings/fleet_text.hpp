// The variables of a range in the texts of the file of many tunnels: {n}, {name}. Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/toml.hpp"

#include <map>
#include <string>
#include <string_view>

namespace autossh {

/// Name to value.
using FleetVariables = std::map<std::string, std::string, std::less<>>;

/// `value` with the variables in all its texts; {{ is a brace, and so is }}. What is not known is a mistake
/// at the place of its text.
TomlValue substituted(const TomlValue& value, const FleetVariables& variables, FleetErrors& errors);

}  // namespace autossh
