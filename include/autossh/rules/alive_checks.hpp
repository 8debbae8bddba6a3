// Whether a living ssh hangs: it is asked now and then, and answers at once if it is well. Pure: the time is
// given.
#pragma once

#include "autossh/base/time.hpp"

#include <cstdint>
#include <optional>

namespace autossh {

/// Manual, "Stopped ssh". Of one ssh.
class AliveChecks {
public:
    /// It can be asked from now on.
    void begin(Time now);
    /// Not to be asked (any more).
    void end() { next_ = never; }
    /// It could not answer for a reason that we know: its silence until now means nothing.
    void excuse(Time now);

    /// When it is asked next; Time::max(): not at all, or it is being asked.
    Time next() const { return next_; }
    void asked() { next_ = never; }
    void answered(Time now);
    /// Not within times::alive_answer. `sleeps`: how often its process has gone to sleep by itself until now,
    /// if that is known. One that has woken up meanwhile waits for something with a limit of its own, mostly
    /// for a name server (resolv.conf(5): 5 s), and goes on then.
    void was_silent(Time now, std::optional<std::uint64_t> sleeps = std::nullopt);

    /// It has not answered the last time.
    bool is_silent() const { return silences_ > 0; }
    /// It has not answered times::most_silences times in a row.
    bool hangs() const;

private:
    Time next_ = never;
    int silences_ = 0;
    std::optional<std::uint64_t> sleeps_;  ///< at the last silence
};

}  // namespace autossh
