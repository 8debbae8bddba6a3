// Whether traffic passes: runs one kind of connection test, and keeps what has come of the last one.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/heartbeat/connection_test.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace autossh {

/// Tests one tunnel, one test at a time. Manual, "Heartbeat".
class Monitor {
public:
    /// `message`: of the user, at the end of ours. `on_result` is called when a test is over.
    Monitor(std::unique_ptr<ConnectionTest> test, std::string message, std::function<void()> on_result)
        : test_(std::move(test)), users_message_(std::move(message)), on_result_(std::move(on_result))
    {}
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    /// Begins a test. `again`: the message of the last one is sent once more,
    /// and counts whichever of the two comes back.
    void start_test(const TestLimits& limits, bool again);

    /// A test is in flight.
    bool testing() const { return testing_; }

    /// The last test's result, given once.
    std::optional<bool> take_result();

    /// Why the last test that came to its end has failed, in the words of the log; empty when it passed.
    const std::string& last_failure() const { return last_.failure; }

    /// It failed because nothing listened where ssh should: refused, or no such socket.
    bool nobody_listens() const { return last_.nobody_listens; }

    /// It failed, and the connection did not: as TestResult::echo_is_away.
    bool echo_is_away() const { return last_.echo_is_away; }

    /// How long our message took in the last test that passed, from when it was first sent; zero before
    /// there is one.
    Duration round_trip() const { return last_.round_trip; }

    /// Drops the test in flight, if there is one, and its result.
    void abandon();

    ConnectionTest& test() { return *test_; }
    const ConnectionTest& test() const { return *test_; }

private:
    void take_in(TestResult result, bool again);

    std::unique_ptr<ConnectionTest> test_;
    std::string users_message_;
    std::function<void()> on_result_;
    bool testing_ = false;
    std::string message_;
    Time first_sent_;
    std::optional<bool> result_;
    TestResult last_;
};

}  // namespace autossh
