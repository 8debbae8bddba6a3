// How long ssh has been stopped (SIGSTOP and its kin), and whether that is a person's doing. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/times.hpp"

#include <csignal>
#include <optional>

namespace autossh {

class StopTracker {
public:
    static constexpr Duration patience = times::longest_stop;

    void stopped(int signal, bool on_terminal, Time now)
    {
        // The other three come from the keyboard, or from a job in the background that wants the terminal.
        by_person_ = on_terminal && signal != SIGSTOP;
        since_ = now;
    }
    void continued() { since_.reset(); }

    bool is_stopped() const { return since_.has_value(); }
    /// When it counts as hung; Time::max(): not to come.
    Time deadline() const { return since_ && !by_person_ ? *since_ + patience : Time::max(); }

private:
    std::optional<Time> since_;
    bool by_person_ = false;
};

}  // namespace autossh
