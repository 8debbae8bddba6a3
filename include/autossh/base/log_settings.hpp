// What the user wants of the log, as plain values.
#pragma once

#include <optional>
#include <string>

namespace autossh {

/// The levels of syslog(3).
enum class Level { error = 3, warning = 4, info = 6, debug = 7 };

enum class LogFormat { text, json };

/// Where log lines go, which, and in what form.
struct LogSettings {
    std::optional<std::string> file = std::nullopt;  ///< instead of syslog
    int level = 6;                                   ///< 0 to 7: lines above it are not logged
    bool to_stdout = false;                          ///< service mode
    bool debug = false;                              ///< every line; if to syslog, then to stderr as well
    bool to_pipe = false;      ///< where stderr is a pipe, lines go there as well as to syslog,
    bool for_program = false;  ///< but only warnings and errors: a program reads what a command writes there
    bool background = false;   ///< -f: what stderr is now will not be ours
    LogFormat format = LogFormat::text;
    std::string tunnel = {};  ///< the name it was given, else its destination; empty: not known yet

    bool operator==(const LogSettings&) const = default;
};

}  // namespace autossh
