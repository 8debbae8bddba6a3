// Where the log's lines go: decided from what the user chose and from what standard error is.
#pragma once

#include "autossh/base/log_settings.hpp"

#include <optional>
#include <string>

namespace autossh {

enum class StreamKind {
    journal,  ///< of systemd: it takes a priority in front of a line
    pipe,     ///< or a socket: a program reads it
    other,    ///< a terminal, a file, /dev/null
};

/// What `fd` is. `journal_stream`: the variable of that name, "DEVICE:INODE".
StreamKind kind_of_stream(int fd, const std::optional<std::string>& journal_stream);

struct LogOutlets {
    bool file = false;
    bool standard_output = false;
    bool standard_error = false;
    bool only_warnings = false;  ///< on standard error, and errors
    bool priority = false;       ///< on standard error, in front of each line, for the journal
    bool syslog = false;

    bool operator==(const LogOutlets&) const = default;
};

/// Manual, "Log". Pure.
LogOutlets outlets_for(const LogSettings& settings, StreamKind standard_error);

}  // namespace autossh
