// By what way packets to a server would leave: what a change of the network has to change to matter to it.
#pragma once

#include "autossh/base/destination.hpp"

#include <optional>
#include <string>

namespace autossh {

/// Interface, gateway, our address, and whether they can be used, as one value to compare. Nothing for a
/// server of which only the name is known, or that is reached by a proxy, and where the system does not tell
/// (it does on Linux: rtnetlink(7), RTM_GETROUTE). Sends nothing to the server.
std::optional<std::string> course_to(const Destination& server);

/// Of a value of course_to(): packets would leave.
bool is_open(const std::string& course);

}  // namespace autossh
