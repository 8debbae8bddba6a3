// The log: syslog, a file, stdout or stderr. Each line is one write(2).
#pragma once

#include "autossh/base/descriptors.hpp"
#include "autossh/base/log_file.hpp"
#include "autossh/base/log_format.hpp"
#include "autossh/base/log_outlets.hpp"
#include "autossh/base/log_settings.hpp"
#include "autossh/base/syslog_socket.hpp"
#include "autossh/base/unique_fd.hpp"

#include <optional>
#include <string_view>

#include <fmt/core.h>
#include <sys/types.h>

namespace autossh {

class Log {
public:
    /// Logs as nobody has asked for anything, until configure(). Errors go to stderr as well, until
    /// set_up_finished().
    Log();

    /// Logs from now on as the user wants it. Throws ConfigError ("PATH: REASON").
    void configure(const LogSettings& settings);
    /// What is true of the tunnel from now on.
    void set_context(const LogContext& context) { context_ = context; }
    /// From here on errors go where all lines go, and not to stderr as well.
    void set_up_finished() { startup_errors_.reset(); }
    /// Opens the log file anew, if there is one: who rotates it has asked for that.
    void reopen();

    /// A line for `level`, formatted as by fmt::format.
    template <typename... Arguments>
    void write(Level level, fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        if (is_logged(level))
            write_line(
                line(level, LogEvent::message, fmt::format(format, std::forward<Arguments>(arguments)...)));
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
    /// A line at the level info about `event`.
    void tell(LogEvent event, std::string_view text);

    /// A line that ssh would have shown itself, with its end: to stderr as it is, unless lines go there in a
    /// form of their own, and to the log.
    void pass_on(pid_t ssh, std::string_view raw_line);

    /// On stderr as it is, if stderr takes it: nobody may hold us up by not reading. False: not all of it.
    bool show(std::string_view text);

    /// Whether lines appear on stderr.
    bool shows_on_stderr() const { return outlets_.standard_error; }

private:
    bool is_wanted(Level level) const;  ///< by the user
    bool is_logged(Level level) const;
    LogLine line(Level level, LogEvent event, std::string_view text) const;
    std::string in_form(const LogLine& line) const;
    void write_line(const LogLine& line);
    void keep(const LogLine& line, std::string_view formed);
    void to_syslog(const LogLine& line);
    int stream() const;
    void choose_outlets();
    void look_at_file();

    LogSettings settings_;
    LogContext context_;
    StreamKind stderr_kind_;
    LogOutlets outlets_;
    std::optional<LogFile> file_;
    bool told_not_open_ = false;
    bool told_not_reopened_ = false;
    SyslogSocket syslog_;
    Outlet lines_;  ///< the file, or stdout
    Outlet stderr_;
    UniqueFd startup_errors_;  ///< the stderr we were started with, until set-up is finished
};

}  // namespace autossh
