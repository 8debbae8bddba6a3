#include "autossh/heartbeat/schedule.hpp"

#include <algorithm>

namespace autossh {

namespace {

using namespace std::chrono_literals;

// ssh says that it has logged in just before it opens its listeners.
constexpr Duration listeners_open = 50ms;
constexpr Duration look_again = 200ms;
constexpr Duration patience = 10s;

// A test takes two round trips and may meet a queue, a lost packet, a busy machine.
constexpr Duration shortest_limit = 2s;
constexpr int round_trips = 10;

}  // namespace

void TestSchedule::take_over_times(const TestSchedule& other, Time now)
{
    first_ = other.first_;
    interval_ = other.interval_;
    if (next_ != Time::max())
        next_ = std::min(next_, now + interval_);
}

void TestSchedule::ssh_started(Time now, bool login_is_heard, bool keepalives)
{
    keepalives_ = keepalives;
    has_passed_ = doubted_ = false;
    longest_round_trip_ = Duration::zero();
    login_is_heard_ = login_is_heard;
    patient_until_ = now;
    next_ = automatic_ && login_is_heard ? Time::max() : now + first_;
}

void TestSchedule::logged_in(Time when)
{
    if (!automatic_)
        return;
    patient_until_ = when + patience;
    next_ = when + listeners_open;
}

void TestSchedule::give_up()
{
    next_ = Time::max();
}

void TestSchedule::postpone(Time now)
{
    if (next_ != Time::max())
        next_ = now + interval_;
}

void TestSchedule::hurry(Time now)
{
    if (next_ != Time::max() && has_passed_)
        next_ = now;
}

Duration TestSchedule::limit(Duration net_timeout) const
{
    if (!automatic_ || !has_passed_)
        return net_timeout;
    return std::min(net_timeout, own_limit());
}

Duration TestSchedule::connection_limit(Duration net_timeout) const
{
    return keepalives_ && !automatic_ ? net_timeout * 2 : limit(net_timeout);
}

Duration TestSchedule::own_limit() const
{
    return std::max(shortest_limit, longest_round_trip_ * round_trips);
}

/// A line that is slow now is given more time at once, and loses it bit by bit. A late answer is that of a
/// slow line, or a black hole has ended: it makes us more patient, but not for good.
void TestSchedule::learn(Duration round_trip)
{
    if (doubted_)
        round_trip = std::min(round_trip, own_limit() * 2 / round_trips);
    longest_round_trip_ = std::max(round_trip, longest_round_trip_ * 3 / 4);
}

TestSchedule::Meaning TestSchedule::result(bool passed, bool nobody_listens, Duration round_trip, Time now)
{
    next_ = now + interval_;
    if (passed) {
        learn(round_trip);
        has_passed_ = true;
        doubted_ = false;
        return Meaning::alive;
    }
    if (!automatic_)
        return Meaning::dead;
    if (has_passed_ && doubted_)
        return Meaning::dead;
    if (has_passed_) {
        doubted_ = true;
        next_ = now;
        return Meaning::suspect;
    }
    if (nobody_listens && now < patient_until_) {
        next_ = now + look_again;
        return Meaning::nothing;
    }
    if (nobody_listens && !login_is_heard_) {  // so it has not even logged in, or it would listen
        next_ = now + first_;
        return Meaning::nothing;
    }
    return Meaning::unproven;
}

}  // namespace autossh
