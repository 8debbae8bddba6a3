// autosshctl status --json. Pure.
#pragma once

#include "autossh/ctl/seen.hpp"

#include <span>
#include <string>

namespace autossh {

/// One object, without the end of its line.
std::string status_json(std::span<const SeenDaemon> daemons);

}  // namespace autossh
