// Reads the message of a connection test, as 1.4g and we send it: NODENAME autossh PID RANDOM MESSAGE, CR and
// LF. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// One message.
struct Beat {
    std::string box;   ///< its message; without one the name of its node
    std::string node;  ///< the machine that it comes from, as that says
    pid_t pid = 0;

    bool operator==(const Beat&) const = default;
};

/// A line without its end, which may be CR and LF, or LF alone. The second word is the name of the program:
/// who calls it otherwise sends another one. In names control characters, and bytes that are no UTF-8, become
/// \x1b. Nothing: it is no such message.
std::optional<Beat> beat_from(std::string_view line);

/// Takes the bytes of one connection as they come, and keeps the first line until it is whole.
class BeatReader {
public:
    /// 64 bytes of node and 64 of message are the most that a sender has.
    static constexpr std::size_t longest = 512;

    /// Nothing: the line is not whole yet, is no message, or has been told.
    std::optional<Beat> take(std::string_view bytes);
    /// No message has come so far.
    bool is_strange() const { return !has_beat_; }

private:
    std::string line_;
    bool is_over_ = false;
    bool has_beat_ = false;
};

}  // namespace autossh
