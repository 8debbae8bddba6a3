// Where the lines of the log go: syslog, a file, stdout or stderr. Each line is one write(2).
#pragma once

#include "autossh/base/descriptors.hpp"
#include "autossh/base/log_file.hpp"
#include "autossh/base/log_format.hpp"
#include "autossh/base/log_outlets.hpp"
#include "autossh/base/log_settings.hpp"
#include "autossh/base/syslog_socket.hpp"
#include "autossh/base/unique_fd.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Those of the process, whatever tunnel a line is about.
class LogSinks {
public:
    /// Logs as nobody has asked for anything, until configure(). Errors go to stderr as well, until
    /// set_up_finished().
    LogSinks();

    /// Logs from now on as the user wants it. Throws ConfigError ("PATH: REASON"). Gives what the user should
    /// know of it; empty: nothing.
    std::string configure(const LogSettings& settings);
    void set_up_finished() { startup_errors_.reset(); }
    /// Opens the log file anew, if there is one. Gives a warning that belongs into the old one; or nothing.
    std::string reopen();
    /// The same, where it is another file by now, or could not be opened before.
    std::string look_at_file();

    bool is_wanted(Level level) const;  ///< by the user
    bool is_logged(Level level) const;
    bool wants_repeats() const { return is_wanted(Level::debug) || settings_.format == LogFormat::json; }
    /// `stamped`: the same, as stamped() gives it.
    void write(const LogLine& line, std::string_view stamped);
    /// A line that ssh would have shown itself: `raw_line`, with its end.
    void pass_on(const LogLine& line, std::string_view stamped, std::string_view raw_line, bool is_repeat);
    /// A warning of reopen().
    void write_to_old_file(const LogLine& warning);
    bool show(std::string_view text);
    bool shows_on_stderr() const { return outlets_.standard_error; }
    /// Of lines of this level; also where the log is the same file as stderr.
    bool shows_on_stderr(Level level) const;
    /// A program that has started us reads stderr, and lines of this level are not for it.
    bool keeps_from_stderr(Level level) const { return outlets_.only_warnings && level > Level::warning; }

private:
    std::string in_form(const LogLine& line, std::string_view stamped) const;
    bool is_unstamped() const;
    bool is_for_stderr(Level level) const;
    void keep(const LogLine& line, std::string_view formed);
    int stream() const;
    void choose_outlets();

    LogSettings settings_;
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
