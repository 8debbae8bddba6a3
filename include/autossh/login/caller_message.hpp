// What the daemon of -f and the process of its caller say to each other, over a socket that both have
// inherited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace autossh {

enum class CallerMessage : char {
    release,     ///< to the caller: it may go
    text,        ///< to the caller: show this
    ask,         ///< to the caller: ask this; what is typed is shown
    ask_hidden,  ///< the same, and what is typed is not shown
    cancel,      ///< to the caller: nobody wants the answer any more
    answer,      ///< to the daemon
    no_answer,   ///< to the daemon
};

struct CallerMessageHeader {
    CallerMessage message;
    std::uint32_t question;  ///< which one is asked or answered: an answer may cross with a `cancel`
    std::size_t size;        ///< of the body that follows
};

/// False: nobody is there any more. A short message is sent as a whole or not at all, whatever kills us.
bool send_message(int socket, CallerMessage message, std::string_view body = {}, std::uint32_t question = 0);

/// Waits for one. Nothing: the other side has ended.
std::optional<CallerMessageHeader> receive_header(int socket);

/// The body, or as much of it as there is room for; the rest is dropped. Returns how much that is, 0 also
/// when the other side has ended.
std::size_t receive_body(int socket, const CallerMessageHeader& header, std::span<char> room);

}  // namespace autossh
