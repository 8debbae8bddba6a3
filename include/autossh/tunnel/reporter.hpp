// Tells the log, and a person at the terminal, what happens to the tunnel; passes on what ssh says.
#pragma once

#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/rules/state.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Who looks at standard error.
enum class Audience {
    nobody,   ///< no terminal, or the log itself appears there
    session,  ///< a person at work on the server: only what concerns them
    tunnel,   ///< a person who watches a tunnel (-N): every state
};

class Reporter {
public:
    explicit Reporter(Log& log) : log_(log) {}

    void set_audience(Audience audience) { audience_ = audience; }

    /// By a person at the terminal, who needs no word of it.
    void session_is_over();

    /// A change of state, in words. `repeat`: it belongs to a failure that was there before, which whoever
    /// looks on has in full, and the log in the last 10 minutes; see StateMachine.
    void changed(State state, std::string_view line, const std::optional<std::string>& repeat = std::nullopt);

    /// Something worth knowing that changes no state.
    void remark(std::string_view line);

    /// What a person can do about the last change. A session that comes back needs none.
    void advise(State state, std::string_view line);

    /// Nobody has asked for our end: one line on stderr, whatever that is, but where a program is spared
    /// those of this level. The change of state, where one was told, says more than `words`.
    void last_words(Level level, std::string_view words);

    /// A line that ssh would have shown itself, with its end: to stderr and to the log. `is_repeat`: of what
    /// we count and tell; see Log.
    void pass_on(pid_t ssh, std::string_view raw_line, bool is_repeat = false);

    /// The screen belongs to ssh from now on: what it will hold in the end, nobody knows.
    void ssh_started()
    {
        ours_was_last_ = false;
        ssh_ended_line_at_.reset();
    }

private:
    bool concerns(State state) const;
    void log(State state, std::string_view line, const std::optional<std::string>& repeat);

    Log& log_;
    Time told_in_full_at_;  ///< a failure, in the log
    Audience audience_ = Audience::nobody;
    std::string end_;                        ///< the line of the state "gave-up"
    bool end_is_known_ = false;              ///< to the audience
    bool ours_was_last_ = true;              ///< on the screen: a notice
    std::optional<Time> ssh_ended_line_at_;  ///< when the last of ssh's own lines came, if it was complete
};

}  // namespace autossh
