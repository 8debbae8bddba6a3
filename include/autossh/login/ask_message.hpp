// What the askpass program and the supervisor say to each other over a Unix socket. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// A question, as the askpass program passes it on. It ends with the end of the stream.
struct AskRequest {
    std::string token;  ///< proves that it comes from this start of ssh
    std::string hint;   ///< $SSH_ASKPASS_PROMPT
    std::string prompt;

    bool operator==(const AskRequest&) const = default;
};

/// Longer ones are not read: a server has a say in the prompt.
inline constexpr std::size_t longest_ask_request = 64 * 1024;

std::string to_bytes(const AskRequest& request);
/// Nothing: it is none.
std::optional<AskRequest> ask_request_from(std::string_view bytes);

/// The first byte of an answer; only a secret has more, and the end of the stream ends it. No byte at all: no
/// answer.
enum class AskReply : char {
    secret = 's',
    none = 'n',    ///< ssh gets no answer
    person = 'p',  ///< the askpass program itself asks the person at its terminal
};

/// `bytes`: up to the end of the stream. Nothing: it is none, or not all of it has come, as a secret without
/// any byte.
std::optional<AskReply> ask_reply_from(std::string_view bytes);

}  // namespace autossh
