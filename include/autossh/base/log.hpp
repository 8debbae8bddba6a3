// What is written into the log: by the process, or about one tunnel.
#pragma once

#include "autossh/base/log_format.hpp"
#include "autossh/base/log_ring.hpp"
#include "autossh/base/log_settings.hpp"
#include "autossh/base/log_sinks.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <sys/types.h>

namespace autossh {

/// Several share the sinks of one process.
class Log {
public:
    /// With sinks of its own.
    Log();
    /// About one tunnel of several, into the sinks of `other`: each line has its name.
    Log(const Log& other, std::string tunnel);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Logs from now on as the user wants it. Throws ConfigError ("PATH: REASON").
    void configure(const LogSettings& settings);
    /// What is true of the tunnel from now on.
    void set_context(const LogContext& context) { context_ = context; }
    /// From here on errors go where all lines go, and not to stderr as well.
    void set_up_finished() { sinks_->set_up_finished(); }
    /// Opens the log file anew, if there is one: who rotates it has asked for that.
    void reopen();

    /// A line for `level`, formatted as by fmt::format.
    template <typename... Arguments>
    void write(Level level, fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        if (is_logged(level))
            write_line(level, LogEvent::message, fmt::format(format, std::forward<Arguments>(arguments)...));
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
    /// form of their own, and to the log; a repeat only where these are wanted.
    void pass_on(pid_t ssh, std::string_view raw_line, bool is_repeat = false);

    /// On stderr as it is, if stderr takes it: nobody may hold us up by not reading. False: not all of it.
    bool show(std::string_view text) { return sinks_->show(text); }

    /// "autossh: WORDS", with the tunnel's name where there are several, likewise.
    void show_line(std::string_view words, std::string_view end = "\r\n");

    /// Whether what repeats itself is wanted in full: at the level debug, and by who reads JSON.
    bool wants_repeats() const { return sinks_->wants_repeats(); }

    /// Whether lines appear on stderr.
    bool shows_on_stderr() const { return sinks_->shows_on_stderr(); }

    /// What stderr is told of our end whatever it is: `words`, unless lines of `level` appear there, or a
    /// program that reads it is to be spared them.
    void show_last_words(Level level, std::string_view words);

    /// The last lines that the log has, as a file has them; the oldest first, at most so many.
    std::vector<std::string> last_lines(std::size_t most) const { return ring_.last(most); }
    /// `on_line` is called with each of these when it comes.
    void listen(std::function<void(std::string_view)> on_line) { on_line_ = std::move(on_line); }

private:
    bool is_logged(Level level) const { return sinks_->is_logged(level); }
    LogLine line(Level level, LogEvent event, std::string_view text) const;
    void write_line(Level level, LogEvent event, std::string_view text);
    void look_at_file(Level level);
    void warn(const std::string& text);
    void remember(std::string_view stamped);

    std::shared_ptr<LogSinks> sinks_;
    LogContext context_;
    std::string tunnel_;  ///< its name; empty: not known yet
    bool is_one_of_many_ = false;
    LogRing ring_;
    std::function<void(std::string_view)> on_line_ = [](std::string_view) {};
};

}  // namespace autossh
