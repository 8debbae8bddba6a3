// When a session counts as up although nothing says so: ssh reports refused forwards, and not each accepted
// one. Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/state.hpp"

#include <optional>

namespace autossh {

class Settling {
public:
    /// What speaks against it, or for it.
    struct Circumstances {
        bool waits_for_test = false;  ///< a connection test will tell
        bool is_answered = false;     ///< the server has granted each forward that is its own
        bool time_tells = false;      ///< no log-in can be seen, and nothing but time can tell
    };

    void ssh_starts()
    {
        logged_in_at_.reset();
        held_until_ = {};
    }
    void ssh_runs(Time now);
    void logged_in(Time now) { logged_in_at_ = now; }
    /// Its connection does not stand yet: it is looked at again in a moment.
    void is_still_connecting(Time now);

    /// It is not up before that, as something about its forwards is still to be learned.
    void hold(Time until) { held_until_ = until; }
    Time held_until() const { return held_until_; }

    std::optional<Time> logged_in_at() const { return logged_in_at_; }
    /// Time::max(): not to come.
    Time due(State state, const Circumstances& at) const;

private:
    std::optional<Time> logged_in_at_;
    Time held_until_;
    Time not_up_before_;  ///< as far as a log-in that ssh does not log can be seen
};

}  // namespace autossh
