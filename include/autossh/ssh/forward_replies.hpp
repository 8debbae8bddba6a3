// What ssh would have logged of a forward that a master was asked for, had it asked for it at its start.
// Pure.
#pragma once

#include "autossh/ssh/mux_message.hpp"

#include <string>
#include <vector>

namespace autossh {

/// Of -R; with its end, in the words of clientloop.c and ssh.c. Of what ssh listens for here it logs a
/// refusal itself, and nothing of success: none.
std::vector<std::string> lines_of_reply(const ConfiguredForward& forward, const MuxAnswer& answer);

}  // namespace autossh
