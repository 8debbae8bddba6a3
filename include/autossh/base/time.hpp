// The one clock and the one unit of the program.
#pragma once

#include <chrono>

namespace autossh {

/// Monotonic: a step of the wall clock (a Raspberry Pi at boot) must not look like time that has passed.
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Duration = std::chrono::milliseconds;

/// What a number given by a user is cut down to; far enough away to mean "never", near enough to add to now.
inline constexpr Duration longest_duration = std::chrono::hours(24 * 365 * 50);

inline constexpr Time never = Time::max();

}  // namespace autossh
