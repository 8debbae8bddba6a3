// What is added to the user's words for ssh, and what ssh will then do. Pure.
#pragma once

#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/control_socket.hpp"
#include "autossh/ssh/message.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// Who could answer a question of ssh's.
struct Askable {
    bool terminal = false;  ///< there is a controlling terminal
    bool askpass = false;   ///< ssh would run an SSH_ASKPASS program
    bool wrapper = false;   ///< a script that runs ssh, by sshpass, say
    bool secrets = false;   ///< we have some, and take ssh's questions
    bool caller = false;    ///< a person waits for us in the foreground, and we take ssh's questions
    bool declined = false;  ///< nobody could, and we take ssh's questions to answer none

    bool nobody() const { return !terminal && !askpass && !wrapper && !secrets && !caller; }
};

/// Words added to the command line of ssh, and where they come from.
struct Addition {
    std::vector<std::string> words;  ///< {"-o", "ConnectTimeout=20"}
    std::string_view reason;         ///< "OpenSSH's default is to wait as long as the system does"

    bool operator==(const Addition&) const = default;
};

/// ssh's ConnectTimeout, where it is added.
inline constexpr std::chrono::seconds added_connect_timeout{20};

/// What is different from start to start.
struct StartTerms {
    int for_greeting = 1;  ///< how many times as long as usual the server may take for its first line,
    int for_answers = 1;   ///< and for each answer of a log-in
    bool has_control_line = true;  ///< if it is among the additions, its socket can be made
    /// ExitOnForwardFailure is carried out by us, as a dead session of ours may hold a port.
    bool we_end_ssh = false;
};

/// The words for ssh's command line.
std::vector<std::string> words_for_ssh(std::span<const Addition> added, const StartTerms& terms);

/// Whether ssh will use another ssh's connection, or give its own away. Where the command line does not ask
/// for that, better_defaults() forbids it.
bool is_shared(const SshChoices& choices, const SshConfig& config);

/// Manual, "What is added": the defaults that are better for an ssh that nobody looks at, where command line
/// and configuration leave ssh's own. `control_path`: of the control line; empty: there is none.
/// `is_watched`: a dead connection is noticed by us, and ssh need not give up one that may recover.
std::vector<Addition> better_defaults(const SshChoices& choices, const SshConfig& config,
                                      const Askable& askable,
                                      ControlSocket control_socket = ControlSocket::unused,
                                      const std::string& control_path = {}, bool is_watched = false);

/// Manual, "What is added": what makes ssh tell us what it does. `pipe`: the FIFO for -E.
std::vector<Addition> listening(const SshChoices& choices, const SshConfig& config, const std::string& pipe);

/// What the user wants to see of ssh's log, where listening() adds a level. Nothing: it adds none.
std::optional<SshLogLevel> users_level(const SshChoices& choices, const SshConfig& config);

/// Whether ssh will log its log-in where we read it, with what listening() adds. Never where the
/// connection is shared: an ssh that uses another's does not log in.
bool login_is_heard(const SshChoices& choices, const SshConfig& config);

/// Whether ssh will say that a forward was refused where it goes on without (it does from the level INFO on,
/// which listening() sees to).
bool refusals_are_heard(const SshChoices& choices, const SshConfig& config);

/// Whether its standard streams are those of a subsystem (-s) or of a connection behind the server (-W).
bool carries_stream(const SshChoices& choices, const SshConfig& config);

/// Whether ssh will give a person a terminal on the server, where ~. ends the session. Without
/// RequestTTY=force it does so only if its standard input is a terminal: for the caller to know.
bool has_remote_terminal(const SshChoices& choices, const SshConfig& config);

}  // namespace autossh
