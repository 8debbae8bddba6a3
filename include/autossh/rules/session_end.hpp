// What follows the end of an ssh, from all that is known of its session. Pure.
#pragma once

#include "autossh/base/exit_status.hpp"
#include "autossh/base/failure.hpp"
#include "autossh/base/time.hpp"
#include "autossh/rules/rules.hpp"
#include "autossh/settings/settings.hpp"

#include <optional>
#include <string>

namespace autossh {

/// ~. is typed at most this long before ssh has ended; Linux notes the time of an input to 8 s.
inline constexpr Duration just_typed = std::chrono::seconds(16);

/// The end of a session with a terminal on the server. What cannot be known is false.
struct TerminalEnd {
    bool has_terminal = false;       ///< on the server
    bool escaped = false;            ///< ssh says that it ends for that
    bool by_proxy = false;           ///< whose end of the connection tells nothing
    bool closed_by_us = false;       ///< ssh, not the server, has closed the connection
    bool failed = false;             ///< ssh has said why it ends
    bool typed_just_before = false;  ///< within just_typed
};

/// Manual, "Interactive use": it was ended by ~. The server's end of a session looks the same to us, but for
/// who has closed the connection.
bool ended_by_person(const TerminalEnd& end);

/// Manual, "Exit of ssh": the remote command has ended, or a person has ended the shell: ssh passes on their
/// `status`. `logged_in`: as ssh has said.
bool remote_command_has_ended(bool logged_in, ExitStatus status);

/// Where an ssh has left its work that has ended with 0, as it says.
enum class Leaves { nothing, background, other_ssh };

/// What is known of an ssh that has ended.
struct SessionEnd {
    ExitStatus status = ExitStatus::exited(0);
    Attempt attempt;
    std::string cause;               ///< of its end, in full
    bool logged_in = false;          ///< as ssh has said
    bool command_has_ended = false;  ///< the user's own, with a status of its own
    bool secret_may_be_wrong = false;
    bool told_to_exit = false;  ///< by ssh -O exit
    Leaves leaves = Leaves::nothing;
};

/// As judge(), with the class and the cause of the end.
Ruling judge_session(const SessionEnd& end, const TunnelSettings& settings);

}  // namespace autossh
