// ControlMaster in the user's configuration: whether our ssh is the master of its path, goes without, or uses
// another ssh's connection. Manual, "What is added".
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/config.hpp"

#include <string>

namespace autossh {

enum class ControlSocket {
    unused,  ///< our ssh has a connection of its own, and shares it with nobody
    free,    ///< nobody answers at the path: our ssh becomes the master there
    joined,  ///< another ssh's connection is used, as the configuration has it
    /// Another ssh answers at the path that the command line wants to have used, and would take the forwards
    /// of a tunnel, which nobody would watch: ours goes without, and those words are left out.
    avoided,
};

/// Where the configuration has ssh be a master; empty: it does not, or the command line says something about
/// it, which then counts.
std::string master_path(const SshChoices& choices, const SshConfig& config);

/// What is known when an ssh is about to be started.
struct ControlFacts {
    bool is_wanted = false;      ///< there is a master_path()
    bool is_named = false;       ///< the command line has one used, for a tunnel,
    bool is_master = false;      ///< and ours be the master there
    bool is_answered = false;    ///< by another ssh
    bool only_forwards = false;  ///< no command or shell
    bool never_restarted = false;
};

/// Where our ssh is a master for us alone, so that it can be asked whether it lives, and for forwards: a path
/// for its socket, or why there is none.
struct ControlLine {
    std::string path;            ///< empty: none
    std::string reason_against;  ///< that a person can do something about; else empty
    std::string avoided = {};    ///< the path, where another ssh answers that the command line would use
    bool is_guarded = false;     ///< ssh asks a person before it opens or closes a forward for us
    bool asks_user = false;      ///< it may wait for a person behind its log-in: its silence says nothing

    bool operator==(const ControlLine&) const = default;
};

/// Manual, "Control line". Of a tunnel (no command, shell or stream) that is started again, and whose command
/// line says nothing of sharing. `directory`: our private one, or empty. `control_socket`: free, then it is
/// at the configuration's path.
ControlLine control_line(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
                         const std::string& directory, ControlSocket control_socket);

/// What it comes to, of what the command line says of it.
Sharing sharing_in_fact(Sharing asked, ControlSocket control_socket);

/// That path in an option of ssh's, which has tokens and quotes.
std::string as_control_path(const std::string& path);

/// A connection that is not ours may be dead for long, and ssh -N does not stay with it: it is used only
/// where we take the place of plain ssh (--restart never).
ControlSocket control_socket(const ControlFacts& facts);

/// Looks, without waiting, whether somebody answers at the path.
ControlFacts control_facts(const TunnelSettings& settings, const SshChoices& choices,
                           const SshConfig& config);

}  // namespace autossh
