// The log: syslog, a file or stdout, with copies on stderr. Each line is one write(2).
#pragma once

#include "autossh/descriptors.hpp"
#include "autossh/settings.hpp"
#include "autossh/unique_fd.hpp"

#include <string_view>

#include <fmt/core.h>
#include <sys/types.h>

namespace autossh {

class Log {
public:
    /// Logs to syslog until configure(). Errors go to stderr as well, until set_up_finished().
    Log();

    /// Logs from now on as the user wants it. Throws ConfigError ("PATH: REASON").
    void configure(const LogSettings& settings);

    /// From here on errors go where all lines go, and not to stderr as well.
    void set_up_finished() { startup_errors_.reset(); }

    /// A line for `level`, formatted as by fmt::format.
    template <typename... Arguments>
    void write(Level level, fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        if (is_logged(level))
            write_line(level, fmt::format(format, std::forward<Arguments>(arguments)...));
    }
    template <typename... Arguments>
    void error(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        write(Level::error, format, std::forward<Arguments>(arguments)...);
    }
    template <typename... Arguments>
    void info(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        write(Level::info, format, std::forward<Arguments>(arguments)...);
    }
    template <typename... Arguments>
    void debug(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        write(Level::debug, format, std::forward<Arguments>(arguments)...);
    }

    /// A line of ssh's own, labelled with its pid. Not on stderr: the caller shows it there as it is.
    void quote(pid_t ssh, std::string_view line);

    /// On stderr as it is, if stderr takes it: nobody may hold us up by not reading. False: not all of it.
    bool show(std::string_view text);

    /// Whether lines of every level appear on stderr.
    bool shows_on_stderr() const { return settings_.debug && !file_ && !settings_.to_stdout; }

private:
    bool is_wanted(Level level) const;  ///< by the user
    bool is_logged(Level level) const;
    void write_line(Level level, std::string_view text);
    int write_where_lines_go(Level level, std::string_view text, std::string_view line);

    LogSettings settings_;
    UniqueFd file_;
    Outlet lines_;  ///< the file, or stdout
    Outlet stderr_;
    UniqueFd startup_errors_;  ///< the stderr we were started with, until set-up is finished
};

}  // namespace autossh
