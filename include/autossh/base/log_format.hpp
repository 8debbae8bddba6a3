// One line of the log, in each form that it may have. Pure: time and pids are given.
#pragma once

#include "autossh/base/log_settings.hpp"

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// What a line tells of.
enum class LogEvent {
    message,
    state,   ///< the tunnel is in another state
    remark,  ///< worth knowing, and no change of state
    remedy,
    ssh,  ///< ssh's own words
};

/// What is true of the tunnel while a line is written.
struct LogContext {
    std::string_view state = "starting";
    std::string_view cause = {};  ///< the class of ssh's last end, until the tunnel is well again; or empty
    std::optional<pid_t> ssh = std::nullopt;  ///< while one runs
};

/// A time of day where we are.
struct Moment {
    std::tm local{};
    int milliseconds = 0;
};

struct LogLine {
    Level level = Level::info;
    LogEvent event = LogEvent::message;
    std::string_view text;
    LogContext context;
    std::string_view tunnel;    ///< its name; empty: not known yet
    bool names_tunnel = false;  ///< there are others: also a line of text begins with the name
    pid_t pid = 0;              ///< ours
    Moment time;
};

/// Its control characters written as \xNN: what comes from a server or an argument shall not be able to write
/// over other lines, or to begin one.
std::string without_controls(std::string_view text);

/// "NAME: ", where the line is to have it.
std::string name_in_front(const LogLine& line);

/// The words alone, for who adds time and pid: ssh's own with its pid in front.
std::string words_alone(const LogLine& line);

/// `YYYY/MM/DD HH:MM:SS autossh[PID]: TEXT`, without an end of line.
std::string stamped(const LogLine& line);

/// `autossh[PID]: TEXT`, likewise: as LOG_PERROR of syslog(3) has it, and so 1.4g.
std::string named(const LogLine& line);

/// Manual, "Log": one JSON object, without an end of line.
std::string as_json(const LogLine& line);

/// `text` as the journal reads it from a standard stream: one line, the priority in front.
std::string with_priority(Level level, std::string_view text);

}  // namespace autossh
