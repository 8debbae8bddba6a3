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

/// Of a -L or -D that is refused, without its end, in the words of channels.c and misc.c: for
/// ClientState::read_refusal(), as what ssh itself logs of it then may be a server's.
std::string line_of_refusal_here(const ConfiguredForward& forward);

}  // namespace autossh
