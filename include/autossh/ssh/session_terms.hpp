// What is known of a session before the first line of its log.
#pragma once

#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

struct SessionTerms {
    /// What the user wants to see, where we have ssh tell more. Nothing: all that it logs.
    std::optional<SshLogLevel> users_level = SshLogLevel::info;
    std::optional<std::uint16_t> loop_port;  ///< our own forward's port on the server: nothing for the user
    bool users_forwards = true;              ///< beside those of the tests there are the user's own
    bool session = false;                    ///< a command or shell is run on the server
    bool shell = false;                      ///< a shell, as no command is given
    /// Of -M PORT: what is refused there leaves the user's alone.
    std::optional<std::uint16_t> monitor_port = std::nullopt;
    bool monitor_listens = false;    ///< and on the server, too
    std::string loop_entrance = {};  ///< the socket here where our own loop begins: nothing for the user
    std::string loop_echo = {};      ///< as LoopLines::Terms::echo
    bool log_is_read = true;         ///< without ssh's log its silence says nothing
    std::vector<Forward> forwards = {};
    bool is_our_master = false;    ///< what it says of our requests is nothing for the user
    bool after_session = false;    ///< that had all forwards, and may hold their ports
    bool past_log_is_read = true;  ///< what comes past ssh's log comes to us, too
    bool tells_of_jobs = false;    ///< else what looks like condor-ssh's words is a server's
};

}  // namespace autossh
