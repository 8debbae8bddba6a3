// Whether two command lines of autossh ask for the same tunnel. Pure.
#pragma once

#include <span>
#include <string>

namespace autossh {

/// Manual, "Pid file". Both without the program's name. Our own words do not matter, but for the monitor
/// port: -f above all.
bool ask_for_same_tunnel(std::span<const std::string> some, std::span<const std::string> others);

}  // namespace autossh
