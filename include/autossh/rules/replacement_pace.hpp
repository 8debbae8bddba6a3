// When another ssh logs in beside one whose connection is doubted, and how long that one is spared for it.
// Pure: the time is given.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/base/time.hpp"

#include <cstddef>

namespace autossh {

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
    /// It could not log in, or not in time.
    void failed(FailureClass failure, Time now);
    void succeeded() { needs_more_ = false; }  ///< it has logged in

    /// Until then the ssh whose connection is doubted is not ended for that: nothing better is to be had.
    /// In the past: it may be ended.
    Time spared_until() const;

private:
    Need need_ = Need::none;
    Time wanted_since_;
    Time next_ = never;
    std::size_t failures_ = 0;
    bool is_hopeless_ = false;  ///< as long as it is wanted
    bool needs_more_ = false;   ///< than a second log-in without a person could give the last time
};

}  // namespace autossh
