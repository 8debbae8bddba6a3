// The times that are rules for the starts of many tunnels: see times.hpp, and autossh-fleet(5), "Starting".
#pragma once

#include "autossh/base/time.hpp"

#include <array>
#include <chrono>

namespace autossh::times {

using namespace std::chrono_literals;

/// So long a start counts for the process: a server that is silent costs nothing;
inline constexpr Duration silent_start = 5s;
/// and where it will not be seen whether ssh has logged in.
inline constexpr Duration unseen_start = 1s;
/// So long it counts at the server, which may still be at it;
inline constexpr Duration start_at_server = 30s;
/// and where it will not be seen.
inline constexpr Duration unseen_start_at_server = 10s;
/// All log-ins that are refused at one server, by PerSourcePenalties (authfail:5, min:15).
inline constexpr Duration between_refusals = 15s;
/// What sshd counts against our address, by the same: it shuts out from 15 s on, and we stay below this.
inline constexpr Duration harmless_penalties = 8s;
inline constexpr Duration penalty_of_refusal = 5s;
inline constexpr Duration penalty_of_knock = 1s;
/// Where a server is away, another tunnel tries it after so long, at first and at most.
inline constexpr Duration shortest_scouting = 250ms;
inline constexpr Duration longest_scouting = 5s;
/// Connections that are closed for longer are not closed by a restart of sshd.
inline constexpr Duration restart_of_sshd = 3s;
/// The tries of all that are shut out together, as their server does it for up to 10 min.
inline constexpr std::array<Duration, 6> shared_shut_out_waits{30s, 60s, 2min, 4min, 8min, 10min};
/// One that tries a refused log-in for others does so within refusal_waits; if not, another one does.
inline constexpr Duration longest_trier = 16min;

}  // namespace autossh::times
