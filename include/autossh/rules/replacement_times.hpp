// The times that are rules for an ssh beside a doubted one: see times.hpp, and the heading
// "A better connection first" of the manual.
#pragma once

#include "autossh/base/time.hpp"

#include <array>
#include <chrono>

namespace autossh::times {

using namespace std::chrono_literals;

/// A connection that is doubted may still answer within this time, before another ssh logs in beside it.
inline constexpr Duration time_to_answer = 1s;
/// That one has so long to log in; each step has ssh's own ConnectTimeout.
inline constexpr Duration replacement_login = 45s;
/// From the end of one that could not to the next.
inline constexpr std::array<Duration, 4> replacement_waits{2s, 5s, 10s, 20s};
/// From the end of one that was refused to the next, where the old connection is well and only to be renewed.
inline constexpr Duration between_refused_renewals = 10min;
/// A connection that has been silent for so long, while no better one is to be had, is ended. (So do ssh's
/// keepalives where autossh adds them.)
inline constexpr Duration longest_doubt = 2min;
/// Where a better one stands, a connection that fails its tests is given up after this silence: its own
/// sessions live on beside it.
inline constexpr Duration silence_beside_better = 5s;
/// One whose place was taken as it was silent has so long to be heard of again, at least,
inline constexpr Duration silent_predecessor = 15s;
/// and, where the server holds no port for it, until it has been silent for so long: after an outage the
/// system sends again what was lost ever later.
inline constexpr Duration silent_predecessor_without_port = 40s;

}  // namespace autossh::times
