// What ssh says in its debug lines of the way to a log-in and of its forwards, which explains a failure. No
// I/O.
#pragma once

#include "autossh/base/boxed.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// What an ssh has said that ends with 0 and leaves its work to another process.
enum class LeftTo { nobody, background, master };

struct SshCircumstances {
    std::string user;                   ///< whom ssh logs in as
    std::string host;                   ///< the server, as ssh calls it; empty: it has not come so far
    std::string port;                   ///< and its port
    std::string address;                ///< the last that ssh has connected to, or tried to
    bool is_openssh = false;            ///< the server says so (and not for Windows)
    bool connected = false;             ///< and it has taken the connection
    bool only_ipv6 = false;             ///< all that it has tried are IPv6's
    bool tries_keys = false;            ///< it has come to the method publickey
    std::vector<std::string> offered;   ///< the keys it has offered, by file or comment; at most 8
    std::vector<std::string> accepted;  ///< those of them that the server would take; at most 8
    bool agent_is_empty = false;        ///< or it is locked
    bool first_factor = false;          ///< a method has let us in, and the server wants another
    std::string methods;                ///< what the server would take, as it has said last
    std::string proxy_command;          ///< that ssh has run
    bool jumps = false;                 ///< it is that of ProxyJump
    std::vector<std::string> run;       ///< the commands of Match exec; at most 8
    bool no_greeting = false;           ///< the server has closed the connection before it
    std::string greeting;               ///< the first line that came in its place
    std::string key_place;              ///< FILE:LINE of our key on the server
    std::string key_options;            ///< that our key has there
    std::string remote_words;           ///< the server's last, of the forward that is refused next
    std::string host_key_alias;         ///< by which known_hosts names the server
    std::string known_host;             ///< FILE:LINE of the key that the server had before
    bool told_to_exit = false;          ///< it ends by ssh -O exit, or our own request was cut off by its end
    std::uint64_t server_words = 0;     ///< lines since the log-in that the server may have made several of
    bool told_to_stop = false;          ///< ssh -O stop: it ends when nobody uses it any more
    bool escaped = false;               ///< its terminal's end was typed (~.); at DEBUG2 and above
    bool logged_in = false;
    /// The last line that has come past ssh's log: the server's, before the log-in, or of a program that ssh
    /// runs.
    std::string stray_words;
    LeftTo left_to = LeftTo::nobody;  ///< who has the connection now
};

/// In place of a target: the channel is that of the shell or command.
inline constexpr std::string_view session_channel = "session";

/// Takes in the lines of one ssh.
class CircumstanceReader {
public:
    /// One line without its end. `logged_in`: as is known. Before the log-in, nothing counts behind a debug
    /// message of the server's, which may have lines of its own.
    void read_line(std::string_view line, bool logged_in);

    /// One that has come past ssh's log.
    void read_stray_line(std::string_view line);

    /// What the server has said of it is no word about the next one.
    void forward_is_refused()
    {
        if (found_)
            found_->remote_words.clear();
    }

    /// Where the channel of a line `channel N: open failed: …` leads: HOST:PORT, "tun", session_channel, or
    /// empty where that is not known.
    std::string target_of(std::string_view line) const;

    const SshCircumstances& found() const
    {
        static const SshCircumstances nothing;
        return found_ ? *found_ : nothing;
    }

private:
    void read_debug(std::string_view words, bool logged_in);
    void read_connecting(std::string_view words);
    void read_log_in(std::string_view words);
    void read_remote(std::string_view words);
    void read_channel(std::string_view words);
    void read_control(std::string_view words);
    std::string next_target_of(std::string_view words);
    void note_address(std::string_view address);

    SshCircumstances& known() { return found_.make(); }

    Boxed<SshCircumstances> found_;
    bool server_has_spoken_ = false;
    std::string next_target_;  ///< of the channel that is opened next
    std::string request_;      ///< the channel of the last one to a master, if nothing has followed but ends
    std::list<std::pair<std::string, std::string>> targets_;  ///< of the last channels, by their numbers
};

}  // namespace autossh
