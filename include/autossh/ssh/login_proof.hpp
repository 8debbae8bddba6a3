// Keeps a log-in that ssh's words claim, and all that comes after it, until the process of ssh shows it.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/ssh/forced_log.hpp"
#include "autossh/system/login_progress.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string_view>

namespace autossh {

/// A server can have ssh log any line before the log-in: the name that goes with a question, a reason to
/// disconnect.
class LoginProof {
public:
    /// `progress`: of the ssh that runs, or has just ended. `take_in`: a line, with its end, and how far the
    /// ssh has come, where that matters.
    LoginProof(std::function<LoginProgress()> progress,
               std::function<void(const LoggedLine& line, LoginProgress progress)> take_in)
        : progress_(std::move(progress)), take_in_(std::move(take_in))
    {}

    /// Another ssh begins. `forced`: as of ForcedLog.
    void begin(std::optional<SshLogLevel> forced = std::nullopt);

    /// One line of ssh's log, with its end. `logged_in`: that is known.
    void read_line(std::string_view raw_line, bool logged_in);
    /// Does what has come due.
    void look(bool logged_in);
    /// No more will be seen of the process: what waits is taken in now.
    void ssh_has_ended(bool logged_in);

    std::uint64_t log_size() const { return log_size_; }  ///< what this ssh has logged, in bytes
    bool waits() const { return !lines_.empty(); }
    /// When the process is looked at again; only while something waits.
    Time next_look() const { return next_look_; }

private:
    LoginProgress progress_behind(std::string_view line, bool& is_claim);

    std::function<LoginProgress()> progress_;
    std::function<void(const LoggedLine&, LoginProgress)> take_in_;
    std::list<LoggedLine> lines_;  ///< the first claims a log-in
    ForcedLog log_;
    Time next_look_;
    Duration interval_{};
    bool claimed_ = false;  ///< a log-in, which was not believed
    bool ended_ = false;
    std::uint64_t log_size_ = 0;
};

}  // namespace autossh
