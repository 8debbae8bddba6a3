// The server's answer to a -R, as ssh logs it at DEBUG1 (clientloop.c, ssh.c). Pure.
#pragma once

#include "autossh/ssh/forward.hpp"

#include <optional>
#include <string_view>

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

}  // namespace autossh
