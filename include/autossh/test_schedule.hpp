// When to test the connection, and what a result means. Pure: the time is given.
#pragma once

#include "autossh/time.hpp"

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

    void ssh_started(Time now, bool login_is_heard);
    void logged_in(Time when);
    /// There is no loop in this session: the server refuses its port.
    void give_up();
    /// The program was stopped: start anew, as after a test.
    void postpone(Time now);

    /// When the next test is due; Time::max(): never.
    Time next() const { return next_; }

    /// `nobody_listens`: ssh does not take connections for the loop (yet).
    Meaning result(bool passed, bool nobody_listens, Time now);

    bool has_passed() const { return has_passed_; }  ///< a test, in this session

private:
    TestSchedule(bool automatic, Duration first, Duration interval)
        : automatic_(automatic), first_(first), interval_(interval)
    {}

    bool automatic_;
    Duration first_;
    Duration interval_;
    Time next_ = Time::max();
    Time patient_until_;  ///< so long ssh may take to listen
    bool has_passed_ = false;
    bool doubted_ = false;
    bool login_is_heard_ = true;
};

}  // namespace autossh
