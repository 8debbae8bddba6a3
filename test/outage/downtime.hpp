#pragma once

#include <chrono>
#include <optional>
#include <vector>

/// How long a path was down, from what the probes of it have found.
namespace autossh_test::outage {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// How long a probe may take: one that is answered later is a bad one.
inline constexpr std::chrono::seconds probe_limit{1};
inline constexpr std::chrono::milliseconds probe_interval{50};

struct Probe {
    Clock::time_point start;
    bool is_good = false;
};

/// The start of the first good probe that only good ones follow. Nothing: the last one was bad, or there is
/// none.
std::optional<Clock::time_point> good_since(const std::vector<Probe>& probes);

struct Downtime {
    std::optional<Seconds> down;  ///< from the first bad probe to the lasting return, if there was one
    Seconds lost{};               ///< of it, without the times when the path was good and broke again
};

/// Of the probes that began at the fault or later.
Downtime downtime(const std::vector<Probe>& probes, Clock::time_point fault);

/// The start of the first bad probe from the fault on, and of the first good one behind it, after which the
/// path may have broken again. Nothing: there was none.
std::optional<Clock::time_point> first_break(const std::vector<Probe>& probes, Clock::time_point fault);
std::optional<Clock::time_point> first_return(const std::vector<Probe>& probes, Clock::time_point fault);

/// True if probes began in this time and every one was good.
bool all_good(const std::vector<Probe>& probes, Clock::time_point begin, Clock::time_point end);

}  // namespace autossh_test::outage
