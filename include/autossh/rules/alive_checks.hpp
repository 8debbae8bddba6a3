// Whether a living ssh hangs: it is asked now and then, and answers at once if it is well. Pure: the time is
// given.
#pragma once

#include "autossh/base/time.hpp"

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
    /// Not within times::alive_answer.
    void was_silent(Time now);

    /// It has not answered the last time.
    bool is_silent() const { return silences_ > 0; }
    /// It has not answered times::most_silences times in a row.
    bool hangs() const;

private:
    Time next_ = never;
    int silences_ = 0;
};

}  // namespace autossh
