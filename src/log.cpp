#include "autossh/log.hpp"

#include "autossh/signals.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>

#include <fcntl.h>
#include <syslog.h>

namespace autossh {

namespace {

/// `YYYY/MM/DD HH:MM:SS autossh[PID]: TEXT`, in local time.
std::string stamped(std::string_view text)
{
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    std::array<char, 32> stamp{};
    const std::size_t length = std::strftime(stamp.data(), stamp.size(), "%Y/%m/%d %H:%M:%S", &local);
    return fmt::format("{} autossh[{}]: {}\n", std::string_view(stamp.data(), length), ::getpid(), text);
}

void to_syslog(Level level, std::string_view text)
{
    ::syslog(static_cast<int>(level), "%.*s", static_cast<int>(text.size()), text.data());
}

}  // namespace

Log::Log() : startup_errors_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1))
{
    ::openlog("autossh", LOG_PID, LOG_USER);
}

void Log::configure(const LogSettings& settings)
{
    UniqueFd file;
    if (settings.file) {
        file = UniqueFd(::open(settings.file->c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
        if (!file)
            throw ConfigError(fmt::format("{}: {}", *settings.file, std::strerror(errno)));
    }
    settings_ = settings;
    file_ = std::move(file);
}

bool Log::is_wanted(Level level) const
{
    return settings_.debug || static_cast<int>(level) <= settings_.level;
}

bool Log::is_logged(Level level) const
{
    return is_wanted(level) || (level == Level::error && startup_errors_);
}

/// The descriptor written to, or -1 for syslog.
int Log::write_where_lines_go(Level level, std::string_view text, std::string_view line)
{
    if (!file_ && !settings_.to_stdout) {
        to_syslog(level, text);
        return -1;
    }
    const int fd = file_ ? file_.get() : STDOUT_FILENO;
    if (!lines_.write(fd, line))
        to_syslog(level, text);
    return fd;
}

void Log::write_line(Level level, std::string_view text)
{
    const std::string line = stamped(text);
    int written_to = -1;
    bool on_stderr = false;

    if (is_wanted(level)) {
        written_to = write_where_lines_go(level, text, line);
        on_stderr = shows_on_stderr() && show(line);
    }
    if (startup_errors_ && level == Level::error && !on_stderr &&
        (written_to < 0 || !same_file(written_to, startup_errors_.get())))
        write_all(startup_errors_.get(), line);
}

bool Log::show(std::string_view text)
{
    const SignalsBlocked no_stop;  // SIGTTOU: `stty tostop` stops whoever writes from the background
    return stderr_.write(STDERR_FILENO, text);
}

void Log::quote(pid_t ssh, std::string_view words)
{
    const Level level = words.starts_with("debug") ? Level::debug : Level::info;
    if (!is_wanted(level))
        return;
    const std::string text = fmt::format("ssh[{}]: {}", ssh, words);
    write_where_lines_go(level, text, stamped(text));
}

}  // namespace autossh
