// The outages of tunnels, as the control socket and autosshctl tell them. Plain data.
#pragma once

#include "autossh/control/facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

struct OutageFacts {
    std::string tunnel;
    std::uint64_t number = 0;
    WallTime began = {};
    std::optional<Seconds> lasted = {};  ///< so far, where it is not over; nothing: not known
    /// How it was over: "up", "unwanted"; "unwatched": the daemon ended meanwhile; empty: it is not.
    std::string end = {};
    std::string failure_class = {};  ///< as of AUTOSSH_EXIT_ON; empty: of none of these
    std::string cause = {};
    std::string by = {};      ///< what has shown it: "exit", "test", ...; "request": somebody wanted it
    std::uint64_t tries = 0;  ///< starts of ssh until it was up again; 0: not known

    bool is_planned() const { return by == "request"; }
    bool operator==(const OutageFacts&) const = default;
};

/// How far somebody may look back.
inline constexpr Seconds longest_look_back = std::chrono::hours(24 * 3660);

/// Which of them are asked for.
struct OutagesQuestion {
    Seconds back = std::chrono::hours(24 * 7);  ///< from now
    bool unplanned = false;                     ///< without those that somebody has asked for

    bool operator==(const OutagesQuestion&) const = default;
};

/// What is known of one tunnel over the time that is asked for.
struct WatchedTunnel {
    std::string name;
    AvailabilityFacts availability = {};
    double watched = 0;  ///< the part of that time, 0 to 1

    bool operator==(const WatchedTunnel&) const = default;
};

struct OutagesFacts {
    WallTime since = {};
    WallTime until = {};
    std::vector<WatchedTunnel> tunnels = {};
    std::vector<OutageFacts> outages = {};  ///< that were not over before `since`, the newest last
    bool is_cut = false;                    ///< there were more of them, which are in the ledger alone
    bool is_being_read = false;             ///< the ledger: what was before is not known yet
    std::string directory = {};             ///< that has it; empty: none is kept

    bool operator==(const OutagesFacts&) const = default;
};

}  // namespace autossh
