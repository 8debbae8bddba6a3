// What Linux says of one process in /proc/PID/stat (proc(5)). Elsewhere nothing is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// What /proc/PID/stat says of a process.
struct ProcessStat {
    pid_t pid = 0;
    std::string command;  ///< at most 15 bytes of it, which may be any
    char state = '?';
    pid_t parent = 0;
    pid_t group = 0;
    pid_t session = 0;
    std::uint64_t started = 0;  ///< in clock ticks since the system has started

    bool has_ended() const { return state == 'Z' || state == 'X'; }
};

/// Reads the text of such a file. The name in it may be anything, also ") S 1". Nothing if it is none.
std::optional<ProcessStat> parse_stat(std::string_view text);

/// Of the process that `directory` (/proc/PID, /proc/self) shows. Nothing where there is none, or any more.
std::optional<ProcessStat> stat_of(const std::string& directory);

/// Nothing: there is no such process, or any more.
std::optional<pid_t> parent_of(pid_t process);

}  // namespace autossh
