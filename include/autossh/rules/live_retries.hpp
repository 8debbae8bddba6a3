// When a forward that was refused is asked for again on the living connection. Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"

#include <optional>

namespace autossh {

/// Manual, "Refused forwards". Of one ssh.
class LiveRetries {
public:
    /// Some are refused, as was seen before or is new; or none is.
    void note_refused(bool some, Time now);

    /// Whoever has held them has ended just now: they are asked for soon, and at first often.
    void begin_anew(Time now);

    /// Time::max(): none is refused.
    Time next() const { return next_; }
    /// They are being asked for now. `perhaps_ours`: a dead session of ours may hold them.
    void asked(Time now, bool perhaps_ours);

private:
    std::optional<Time> since_;
    Time next_ = never;
};

/// From one time that it is asked for to the next, so long after it was refused first. `perhaps_ours`: as
/// above.
Duration live_retry_interval(Duration since_refusal, bool perhaps_ours);

}  // namespace autossh
