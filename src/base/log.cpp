#include "autossh/base/log.hpp"

#include "autossh/base/text.hpp"

#include <chrono>
#include <ctime>
#include <utility>

#include <unistd.h>

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

Log::Log() : sinks_(std::make_shared<LogSinks>()) {}

Log::Log(const Log& other, std::string tunnel)
    : sinks_(other.sinks_), tunnel_(std::move(tunnel)), is_one_of_many_(true)
{}

void Log::configure(const LogSettings& settings)
{
    const std::string complaint = sinks_->configure(settings);
    tunnel_ = settings.tunnel;
    if (!complaint.empty())
        error("{}", complaint);
}

void Log::reopen()
{
    warn(sinks_->reopen());
}

/// Before a line is formed: it is another one elsewhere.
void Log::look_at_file(Level level)
{
    if (sinks_->is_wanted(level))
        warn(sinks_->look_at_file());
}

void Log::warn(const std::string& text)
{
    if (!text.empty() && sinks_->is_wanted(Level::warning))
        sinks_->write_to_old_file(line(Level::warning, LogEvent::message, text));
}

LogLine Log::line(Level level, LogEvent event, std::string_view text) const
{
    return {level, event, text, context_, tunnel_, is_one_of_many_, ::getpid(), now()};
}

void Log::write_line(Level level, LogEvent event, std::string_view text)
{
    look_at_file(level);
    const LogLine said = line(level, event, text);
    const std::string formed = stamped(said);
    sinks_->write(said, formed);
    if (sinks_->is_wanted(level))
        remember(formed);
}

void Log::remember(std::string_view stamped)
{
    ring_.add(stamped);
    on_line_(stamped);
}

void Log::tell(LogEvent event, std::string_view text)
{
    if (is_logged(Level::info))
        write_line(Level::info, event, text);
}

void Log::show_last_words(Level level, std::string_view words)
{
    if (!sinks_->shows_on_stderr(level) && !sinks_->keeps_from_stderr(level))
        show_line(without_controls(words), "\n");
}

void Log::show_line(std::string_view words, std::string_view end)
{
    const std::string name = is_one_of_many_ ? tunnel_ + ": " : "";
    sinks_->show(fmt::format("autossh: {}{}{}", name, words, end));
}

void Log::pass_on(pid_t ssh, std::string_view raw_line, bool is_repeat)
{
    const std::string_view words = without_end(raw_line);
    const Level level = words.starts_with("debug") ? Level::debug : Level::info;
    look_at_file(level);
    LogLine said = line(level, LogEvent::ssh, words);
    said.context.ssh = ssh;
    const std::string formed = stamped(said);
    sinks_->pass_on(said, formed, raw_line, is_repeat);
    if (sinks_->is_wanted(level) && (!is_repeat || sinks_->wants_repeats()))
        remember(formed);
}

}  // namespace autossh
