// What a quiet ssh logs all the same, by LogVerbose (ssh_config(5), from OpenSSH 8.5). Pure.
//
// A line that is forced so has its place in ssh's source in front (log.c): "debug1: ssh.c:main():12 (pid=3):
// text", from 10.0 on "(bin=ssh, pid=3)", cut off behind 127 bytes. Where ssh would have put the name of the
// function there (the macros error_f() and so on), that is left out.
#pragma once

#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Whether this ssh can be told to, and the user has not told it something himself. From 8.7 on it logs the
/// log-in in a function of its own.
bool can_force_log(const SshConfig& config);

/// The patterns of LogVerbose for an ssh at that level, QUIET or ERROR: what says whether the log-in and the
/// forwards have succeeded; at QUIET also why they have not, which ssh says itself at ERROR. Nothing that
/// comes with each packet, nothing that a shell would take for its own.
std::string_view forced_log_at(SshLogLevel level);

/// One line of ssh's log.
struct LoggedLine {
    std::string text;                ///< as at DEBUG1, with its end if it has one
    bool is_of_users_level = false;  ///< ssh would have logged it without us; else its text decides
};

/// The log of one ssh.
class ForcedLog {
public:
    /// `level`: that of an ssh whose log is forced; nothing: it is not.
    explicit ForcedLog(std::optional<SshLogLevel> level = std::nullopt) : level_(level) {}

    /// Nothing: the line says nothing, as one for DEBUG2 or DEBUG3. At QUIET one without a place in front is
    /// the second line of what a server has said; before the first one that has it, it comes from ssh's
    /// reading of its configuration.
    std::optional<LoggedLine> take(std::string_view line);

private:
    std::optional<SshLogLevel> level_;
    bool has_begun_ = false;
};

}  // namespace autossh
