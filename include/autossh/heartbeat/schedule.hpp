// When to test the connection, and what a result means. Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"

#include <optional>

namespace autossh {

/// Manual, "Heartbeat".
class TestSchedule {
public:
    /// What the result of a test says about the session.
    enum class Meaning {
        alive,
        nothing,   ///< no test has passed in this session: no evidence against it
        unproven,  ///< as nothing, and there will be no other test soon: worth a word
        suspect,   ///< the first failure after tests that have passed: another test follows at once
        dead,
    };

    /// The rule of the reference: the first test `first` after the start of ssh, then one each `interval`; a
    /// failed one means dead.
    static TestSchedule by_ports(Duration first, Duration interval) { return {false, first, interval}; }

    /// The rule of -M auto: the first test right after the log-in, or `first` after the start where the
    /// log-in cannot be seen; then one each `interval`. Two failures in a row mean dead, if one has passed
    /// before.
    static TestSchedule automatic(Duration first, Duration interval) { return {true, first, interval}; }

    /// Other times, from now on; a test that is due later than they allow is due sooner.
    void take_over_times(const TestSchedule& other, Time now);

    /// `keepalives`: ssh sends them.
    void ssh_started(Time now, bool login_is_heard, bool keepalives = false);
    void logged_in(Time when);
    /// There is no loop in this session: the server refuses its port.
    void give_up();
    /// The program or ssh was stopped: start anew, as after a test.
    void postpone(Time now);
    /// Something has happened to the network: test now, if a test has ever passed in this session.
    void hurry(Time now);

    /// When the next test is due; Time::max(): never.
    Time next() const { return next_; }

    /// How long a test may take; at most `net_timeout`, and that until a first one has passed. Automatic
    /// ones are judged by what this session has shown.
    Duration limit(Duration net_timeout) const;

    /// How long the loop may take to come back to us. 1.4g, whose ssh sends no keepalives, gives it one net
    /// timeout: where one has just been sent, TCP holds what opens the loop back until that is acknowledged.
    Duration connection_limit(Duration net_timeout) const;

    /// `nobody_listens`: ssh does not take connections for the loop (yet). `round_trip`: if it has passed.
    Meaning result(bool passed, bool nobody_listens, Duration round_trip, Time now);

    bool has_passed() const { return has_passed_; }  ///< a test, in this session
    /// The last one failed, and the next is the second chance of the same message: a late answer counts.
    bool doubted() const { return doubted_; }

private:
    TestSchedule(bool automatic, Duration first, Duration interval)
        : automatic_(automatic), first_(first), interval_(interval)
    {}

    Duration own_limit() const;
    void learn(Duration round_trip);

    bool automatic_;
    Duration first_;
    Duration interval_;
    Time next_ = Time::max();
    Time patient_until_;             ///< so long ssh may take to listen
    Duration longest_round_trip_{};  ///< of late
    bool has_passed_ = false;
    bool doubted_ = false;
    bool login_is_heard_ = true;
    bool keepalives_ = false;
};

}  // namespace autossh
