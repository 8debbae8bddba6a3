#include "autossh/base/log_sinks.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/signals.hpp"

#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

LogSinks::LogSinks()
    : stderr_kind_(kind_of_stream(STDERR_FILENO, environment_variable("JOURNAL_STREAM"))),
      outlets_(outlets_for(settings_, stderr_kind_)),
      startup_errors_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1))
{}

std::string LogSinks::configure(const LogSettings& settings)
{
    if (!settings.file)
        file_.reset();
    else if (!file_ || settings.file != settings_.file)
        file_ = LogFile(*settings.file);  // not emplace(): where that fails, the old one takes the error
    settings_ = settings;
    choose_outlets();
    if (!file_ || file_->is_open() || std::exchange(told_not_open_, true))
        return "";
    const char* const instead = outlets_.standard_output ? "standard output" : "syslog";
    return fmt::format("cannot open the log file {}: {}; logging to {} until it can be opened", file_->path(),
                       file_->complaint(), outlets_.priority ? "the journal" : instead);
}

/// Where there is no log file yet, lines go where they go without one.
void LogSinks::choose_outlets()
{
    LogSettings settings = settings_;
    if (file_ && !file_->is_open())
        settings.file.reset();
    outlets_ = outlets_for(settings, stderr_kind_);
}

bool LogSinks::is_wanted(Level level) const
{
    return settings_.debug || static_cast<int>(level) <= settings_.level;
}

bool LogSinks::is_logged(Level level) const
{
    return is_wanted(level) || (level == Level::error && startup_errors_);
}

bool LogSinks::shows_on_stderr(Level level) const
{
    const bool same = stream() >= 0 && same_file(stream(), STDERR_FILENO);
    return (is_wanted(level) && (is_for_stderr(level) || same)) || (level == Level::error && startup_errors_);
}

/// Of our own lines.
bool LogSinks::is_for_stderr(Level level) const
{
    return outlets_.standard_error && !keeps_from_stderr(level);
}

/// As it stands everywhere but in syslog.
std::string LogSinks::in_form(const LogLine& line, std::string_view stamped) const
{
    if (settings_.format == LogFormat::json) {
        const std::string object = as_json(line);
        return (outlets_.priority ? with_priority(line.level, object) : object) + '\n';
    }
    return (outlets_.priority ? with_priority(line.level, words_alone(line)) : std::string(stamped)) + '\n';
}

/// On standard error, of AUTOSSH_DEBUG: who reads it there has a clock.
bool LogSinks::is_unstamped() const
{
    return settings_.debug && outlets_.standard_error && !outlets_.priority &&
           settings_.format == LogFormat::text;
}

/// What takes the place of syslog, or -1.
int LogSinks::stream() const
{
    if (file_ && file_->is_open())
        return file_->descriptor();
    return outlets_.standard_output ? STDOUT_FILENO : -1;
}

std::string LogSinks::look_at_file()
{
    return file_ && (file_->was_moved() || file_->is_to_be_tried()) ? reopen() : "";
}

/// Writes it everywhere but on stderr. What the file has not taken belongs into syslog; not what the journal
/// has not taken, which is behind both.
void LogSinks::keep(const LogLine& line, std::string_view formed)
{
    const int fd = stream();
    const bool kept = fd >= 0 ? lines_.write(fd, formed) : outlets_.priority;
    if (outlets_.syslog || !kept)
        syslog_.send(line.level, words_alone(line));
}

void LogSinks::write(const LogLine& line, std::string_view stamped)
{
    const std::string formed = in_form(line, stamped);
    bool shown = false;
    if (is_wanted(line.level)) {
        shown = is_for_stderr(line.level) && show(is_unstamped() ? named(line) + '\n' : formed);
        keep(line, formed);
        shown = shown || (stream() >= 0 && startup_errors_ && same_file(stream(), startup_errors_.get()));
    }
    if (startup_errors_ && line.level == Level::error && !shown)
        write_all(startup_errors_.get(), formed);
}

void LogSinks::pass_on(const LogLine& line, std::string_view stamped, std::string_view raw_line,
                       bool is_repeat)
{
    const bool wanted = is_wanted(line.level);
    const std::string formed = in_form(line, stamped);
    // A log file may be /dev/stderr.
    const bool kept_on_stderr = wanted && stream() >= 0 && same_file(stream(), STDERR_FILENO);
    const bool in_place_of_raw =
        outlets_.standard_error && (outlets_.priority || settings_.format == LogFormat::json);
    if (!kept_on_stderr)
        show(in_place_of_raw ? formed : name_in_front(line).append(raw_line));
    // Where the log takes the place of what ssh shows itself, it stays.
    const bool is_left_out = is_repeat && !wants_repeats() && !kept_on_stderr && !in_place_of_raw;
    if (wanted && !is_left_out)
        keep(line, formed);
}

bool LogSinks::show(std::string_view text)
{
    const SignalsBlocked no_stop;  // SIGTTOU: `stty tostop` stops a background process that writes
    return stderr_.write(STDERR_FILENO, text);
}

std::string LogSinks::reopen()
{
    if (!file_)
        return "";
    const bool first = !file_->is_open();
    const bool another = first || file_->was_moved();
    const std::string reason = file_->reopen();
    if (first && !reason.empty())  // which has been logged
        return "";
    if (first)
        choose_outlets();
    if (reason.empty()) {
        told_not_reopened_ = false;
        if (another)
            lines_ = {};  // what the old one could not take, and where it broke off, is of no concern now
        return "";
    }
    if (std::exchange(told_not_reopened_, true))
        return "";
    return fmt::format("cannot reopen the log file {}: {}; writing to the old one", file_->path(), reason);
}

void LogSinks::write_to_old_file(const LogLine& warning)
{
    lines_.write(file_->descriptor(), in_form(warning, stamped(warning)));
    syslog_.send(warning.level, words_alone(warning));
}

}  // namespace autossh
