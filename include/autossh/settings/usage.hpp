// What --help prints, and the help in an error message.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

/// The whole of --help.
std::string help_text();

/// The few lines behind a usage error.
std::string usage_text();

/// "unknown option --pol; did you mean --poll?"
std::string unknown_option(std::string_view name);

}  // namespace autossh
