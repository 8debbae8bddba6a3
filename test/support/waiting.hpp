#pragma once

#include <chrono>
#include <functional>

namespace autossh_test {

/// Long enough for a loaded machine: a test that works never waits for all of it.
inline constexpr std::chrono::milliseconds generous{20000};

/// Asks again every few milliseconds, and up to 20 ms apart, until it is so (true) or the deadline has passed
/// (false).
bool wait_until(const std::function<bool()>& is_so, std::chrono::milliseconds deadline = generous,
                std::chrono::milliseconds interval = std::chrono::milliseconds{4});

}  // namespace autossh_test
