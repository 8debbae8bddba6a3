// The answer to a forward, as ssh logs it (clientloop.c, ssh.c, channels.c): read, and written of one that a
// master was asked for, as if ssh had asked for it at its start. Pure.
#pragma once

#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/mux_message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// "debug1: remote forward success for: listen 127.0.0.1:8080, connect localhost:80". ssh asks for one after
/// another, and the server answers in that order.
struct ForwardReply {
    bool is_granted = false;
    std::string_view listen;  ///< "8080", "127.0.0.1:8080", ":8080", "/path:-2"; lives as long as the line
};

/// Nothing: the line is another one.
std::optional<ForwardReply> forward_reply_from(std::string_view line);

/// It is about this -R, by address and port, or path.
bool is_exactly_about(const ForwardReply& reply, const Forward& forward);
/// By the port or path alone.
bool is_roughly_about(const ForwardReply& reply, const Forward& forward);

/// What ssh would have logged of that answer to a -R, each line with its end. Of what ssh listens for here it
/// logs a refusal itself, and nothing of success: none.
std::vector<std::string> lines_of_reply(const ConfiguredForward& forward, const MuxAnswer& answer);

/// Of a -L or -D that is refused, without its end: for ClientState::read_refusal(), as what ssh itself logs
/// of it then may be a server's.
std::string line_of_refusal_here(const ConfiguredForward& forward);

}  // namespace autossh
