// Where a daemon keeps what is to outlive it.
#pragma once

#include "autossh/base/environment.hpp"

#include <string>

namespace autossh {

/// $STATE_DIRECTORY (the first, if there are several); else $XDG_STATE_HOME/autossh/NAME or
/// ~/.local/state/autossh/NAME. Empty: none of these is set. Pure.
std::string state_directory(const std::string& name, const Environment& environment);

/// Makes it, for our user alone, with what is missing above it. Returns why that cannot be; empty: it is
/// there.
std::string make_state_directory(const std::string& path);

}  // namespace autossh
