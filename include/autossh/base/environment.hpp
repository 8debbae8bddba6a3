// The environment we were started with.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Looks a variable up, as getenv(3) does.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// Nothing if it is not set.
std::optional<std::string> environment_variable(std::string_view name);

/// `path` with $HOME for a "~" in front of its first slash.
std::string with_home(const std::string& path);

}  // namespace autossh
