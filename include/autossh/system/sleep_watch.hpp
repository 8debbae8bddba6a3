// Tells when the system has slept and is awake again (Linux). Elsewhere it never tells.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/readable.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace autossh {

/// One clock that runs on while the system sleeps, and one that does not. A set wall clock moves neither.
struct ClockPair {
    std::chrono::nanoseconds boottime{};
    std::chrono::nanoseconds monotonic{};
};

/// CLOCK_BOOTTIME and CLOCK_MONOTONIC; both 0 where there is no such pair.
ClockPair read_clocks();

/// Finds a sleep between two readings of the clocks.
class SleepGauge {
public:
    /// True when the system has slept for more than a second since the reading before.
    bool has_slept(const ClockPair& now);

private:
    std::optional<std::chrono::nanoseconds> asleep_;  ///< so far, in all
};

/// Sleeps until the kernel says that the wall clock was set, as it does at each resume.
class SleepWatch {
public:
    /// Throws nothing where the kernel cannot say it: then only look() tells.
    SleepWatch(const Executor& executor, std::function<void()> on_resume,
               std::function<ClockPair()> clocks = read_clocks);
    SleepWatch(const SleepWatch&) = delete;
    SleepWatch& operator=(const SleepWatch&) = delete;

    /// Calls `on_resume` if the system has slept since the last look. For who is awake anyway.
    void look();

private:
    void clock_was_set();

    Descriptor timer_;
    Readable<Descriptor> readable_;
    std::function<void()> on_resume_;
    std::function<ClockPair()> clocks_;
    SleepGauge gauge_;
};

}  // namespace autossh
