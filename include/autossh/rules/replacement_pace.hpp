// When another ssh logs in beside one whose connection is doubted, and how long that one is spared for it.
// Pure: the time is given.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace autossh {

/// How long an ssh whose place was taken may be silent before its connections end. Of one that was well
/// silence means nothing: nobody may have had anything to say. `may_hold_port`: the server has not given
/// back what it listens on for it, perhaps.
Duration longest_silence_of_predecessor(bool was_well, bool may_hold_port);

/// Manual, "A better connection first". Of one tunnel.
class ReplacementPace {
public:
    enum class Need {
        none,
        better,  ///< a test of the connection has failed since it was well
        newer,   ///< it is well, and to be renewed
    };
    /// Also of the next ssh.
    void note(Need need, Time now);

    /// When one is to be started; Time::max(): not at all, or one is on its way.
    Time next_start() const { return next_; }
    void started() { next_ = never; }
    /// Somebody listens there now: one is started at once, but for what a refused log-in has to wait.
    void hurry(Time now) { next_ = std::max(now, not_before_); }
    long failures() const { return static_cast<long>(failures_); }  ///< in a row, as long as it is wanted
    /// It could not log in, or not in time. `may_be_refused`: the server may count it as a wrong try.
    void failed(FailureClass failure, bool may_be_refused, Time now);
    void succeeded();  ///< it has logged in

    /// When such tries have failed, since this was asked last: they count with those of the tunnel's own.
    std::vector<Time> take_refused() { return std::exchange(refused_, {}); }

    /// Until then the ssh whose connection is doubted is not ended for that: nothing better is to be had.
    /// In the past: it may be ended.
    Time spared_until() const;

private:
    Need need_ = Need::none;
    Time wanted_since_;
    Time next_ = never;
    std::size_t failures_ = 0;
    std::size_t unseen_ = 0;  ///< how many have perhaps been refused, since the last success
    Time not_before_;         ///< for their sake
    std::vector<Time> refused_;
    bool is_hopeless_ = false;  ///< as long as it is wanted
    bool needs_more_ = false;   ///< than a second log-in without a person could give the last time
};

}  // namespace autossh
