// An entry of the ledger: one JSON object, which is one line. See autossh-fleet(5), "The ledger". Plain data,
// and what reads and writes it. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// The longest line, in bytes, with its end: so much is written at once, or not at all.
inline constexpr std::size_t longest_entry = 4096;

enum class LedgerEvent {
    down,          ///< an outage begins
    up,            ///< it is over; without a length: the first coming up, which was none
    degraded,      ///< some forward is refused
    whole,         ///< none any more
    wanted,        ///< from now on it is to be up,
    unwanted,      ///< or not any more
    daemon_start,  ///< of all tunnels nothing is known from the end before until then
    daemon_stop,
    unwatched,  ///< the process ends: so long the tunnel was what it is
    totals,     ///< of one tunnel, at the beginning of a month: what older files say is not needed for them
};

struct LedgerEntry {
    WallTime at = {};
    LedgerEvent event = LedgerEvent::down;
    std::string tunnel = {};             ///< empty: the daemon
    std::uint64_t number = 0;            ///< of the outage, the same in `down` and `up`; 0: of none
    std::string failure_class = {};      ///< as of AUTOSSH_EXIT_ON; empty: of none of these
    std::string cause = {};              ///< in words
    std::string by = {};                 ///< what has shown the outage; who wants the tunnel or not
    std::optional<Seconds> up = {};      ///< of down, unwanted, unwatched: so long it was up without a break
    std::optional<Seconds> lasted = {};  ///< of up, whole, unwanted, unwatched: so long it was not;
                                         ///< of totals: so long it has been what it is
    std::uint64_t tries = 0;             ///< starts of ssh until it was up again
    std::optional<WallTime> last_seen = {};  ///< of daemon_start, where the one before was killed: it lived
    std::optional<Seconds> lived = {};       ///< of a daemon until then, by a clock that nobody can set
    std::optional<TotalFacts> totals = {};   ///< of totals,
    std::string state = {};                  ///< with what it is: "up", "down"; empty: not watched

    bool operator==(const LedgerEntry&) const = default;
};

/// With its end; never longer than longest_entry.
std::string to_line(const LedgerEntry& entry);

/// Without its end. Nothing: it is torn, or no entry of a kind that is known here.
std::optional<LedgerEntry> entry_from(std::string_view line);

}  // namespace autossh
