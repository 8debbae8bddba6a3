// The environment we were started with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Nothing if it is not set.
std::optional<std::string> environment_variable(std::string_view name);

/// `path` with $HOME for a "~" in front of its first slash.
std::string with_home(const std::string& path);

}  // namespace autossh
