#include "autossh/base/log.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/signals.hpp"

#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include <fcntl.h>

namespace autossh {

namespace {

Moment now()
{
    using namespace std::chrono;
    const auto time = system_clock::now().time_since_epoch();
    const auto whole = floor<seconds>(time);
    const std::time_t date = whole.count();
    Moment moment;
    localtime_r(&date, &moment.local);
    moment.milliseconds = static_cast<int>(duration_cast<milliseconds>(time - whole).count());
    return moment;
}

}  // namespace

Log::Log()
    : stderr_kind_(kind_of_stream(STDERR_FILENO, environment_variable("JOURNAL_STREAM"))),
      outlets_(outlets_for(settings_, stderr_kind_)),
      startup_errors_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1))
{}

void Log::configure(const LogSettings& settings)
{
    if (!settings.file)
        file_.reset();
    else if (!file_ || settings.file != settings_.file)
        file_ = LogFile(*settings.file);  // not emplace(): where that fails, the old one takes the error
    settings_ = settings;
    choose_outlets();
    const char* const instead = outlets_.standard_output ? "standard output" : "syslog";
    if (file_ && !file_->is_open() && !std::exchange(told_not_open_, true))
        error("cannot open the log file {}: {}; logging to {} until it can be opened", file_->path(),
              file_->complaint(), outlets_.priority ? "the journal" : instead);
}

/// Where there is no log file yet, lines go where they go without one.
void Log::choose_outlets()
{
    LogSettings settings = settings_;
    if (file_ && !file_->is_open())
        settings.file.reset();
    outlets_ = outlets_for(settings, stderr_kind_);
}

bool Log::is_wanted(Level level) const
{
    return settings_.debug || static_cast<int>(level) <= settings_.level;
}

bool Log::is_logged(Level level) const
{
    return is_wanted(level) || (level == Level::error && startup_errors_);
}

LogLine Log::line(Level level, LogEvent event, std::string_view text) const
{
    return {level, event, text, context_, settings_.tunnel, ::getpid(), now()};
}

/// As it stands everywhere but in syslog.
std::string Log::in_form(const LogLine& line) const
{
    if (settings_.format == LogFormat::json) {
        const std::string object = as_json(line);
        return (outlets_.priority ? with_priority(line.level, object) : object) + '\n';
    }
    return (outlets_.priority ? with_priority(line.level, words_alone(line)) : stamped(line)) + '\n';
}

/// What takes the place of syslog, or -1.
int Log::stream() const
{
    if (file_ && file_->is_open())
        return file_->descriptor();
    return outlets_.standard_output ? STDOUT_FILENO : -1;
}

void Log::to_syslog(const LogLine& line)
{
    syslog_.send(line.level, words_alone(line));
}

/// Before a line is formed: it is another one elsewhere.
void Log::look_at_file()
{
    if (file_ && (file_->was_moved() || file_->is_to_be_tried()))
        reopen();
}

/// Writes it everywhere but on stderr. What the file has not taken belongs into syslog; not what the journal
/// has not taken, which is behind both.
void Log::keep(const LogLine& line, std::string_view formed)
{
    const int fd = stream();
    const bool kept = fd >= 0 ? lines_.write(fd, formed) : outlets_.priority;
    if (outlets_.syslog || !kept)
        to_syslog(line);
}

void Log::write_line(const LogLine& line)
{
    const bool wanted = is_wanted(line.level);
    if (wanted)
        look_at_file();
    const std::string formed = in_form(line);
    bool shown = false;
    if (wanted) {
        shown = outlets_.standard_error && show(formed);
        keep(line, formed);
        shown = shown || (stream() >= 0 && startup_errors_ && same_file(stream(), startup_errors_.get()));
    }
    if (startup_errors_ && line.level == Level::error && !shown)
        write_all(startup_errors_.get(), formed);
}

void Log::tell(LogEvent event, std::string_view text)
{
    if (is_logged(Level::info))
        write_line(line(Level::info, event, text));
}

void Log::pass_on(pid_t ssh, std::string_view raw_line)
{
    const std::string_view words = raw_line.substr(0, raw_line.find_last_not_of("\r\n") + 1);
    LogLine said = line(words.starts_with("debug") ? Level::debug : Level::info, LogEvent::ssh, words);
    said.context.ssh = ssh;
    const bool wanted = is_wanted(said.level);
    if (wanted)
        look_at_file();
    const std::string formed = in_form(said);
    // A log file may be /dev/stderr.
    const bool kept_on_stderr = wanted && stream() >= 0 && same_file(stream(), STDERR_FILENO);
    const bool in_place_of_raw =
        outlets_.standard_error && (outlets_.priority || settings_.format == LogFormat::json);
    if (!kept_on_stderr)
        show(in_place_of_raw ? formed : raw_line);
    if (wanted)
        keep(said, formed);
}

bool Log::show(std::string_view text)
{
    const SignalsBlocked no_stop;  // SIGTTOU: `stty tostop` stops whoever writes from the background
    return stderr_.write(STDERR_FILENO, text);
}

void Log::reopen()
{
    if (!file_)
        return;
    const bool first = !file_->is_open();
    const bool another = first || file_->was_moved();
    const std::string reason = file_->reopen();
    if (first && !reason.empty())  // which has been told
        return;
    if (first)
        choose_outlets();
    if (reason.empty()) {
        told_not_reopened_ = false;
        if (another)
            lines_ = {};  // what the old one could not take, and where it broke off, is of no concern now
        return;
    }
    if (std::exchange(told_not_reopened_, true) || !is_wanted(Level::warning))
        return;
    const std::string text =
        fmt::format("cannot reopen the log file {}: {}; writing to the old one", file_->path(), reason);
    const LogLine warning = line(Level::warning, LogEvent::message, text);
    lines_.write(file_->descriptor(), in_form(warning));
    to_syslog(warning);
}

}  // namespace autossh
