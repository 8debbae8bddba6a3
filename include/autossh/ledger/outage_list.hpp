// Outages, as entries of the ledger tell of them. Pure.
#pragma once

#include "autossh/control/outages.hpp"
#include "autossh/ledger/entry.hpp"
#include "autossh/ledger/sums.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

class OutageList {
public:
    /// Keeps the newest `most`.
    explicit OutageList(std::size_t most) : most_(most) {}

    /// In their order, but those of daemons: see end_all().
    void take(const LedgerEntry& entry);
    /// Nobody has watched the tunnels from then on, and before that no longer than `most`.
    void end_all(WallTime at, const std::optional<Seconds>& most = {});

    /// Those that were not over before `since`, of the tunnels that are meant. Of one that is not over, it
    /// has lasted until `now`.
    std::vector<OutageFacts> since(WallTime since, WallTime now,
                                   const std::function<bool(const std::string&)>& is_meant) const;
    /// Some that began later than `since` are not kept any more.
    bool is_cut(WallTime since) const { return newest_dropped_ && *newest_dropped_ >= since; }

private:
    OutageFacts* open_of(const std::string& tunnel);
    OutageFacts& add(OutageFacts outage);
    void end(OutageFacts& outage, const LedgerEntry& entry, const char* how);

    std::size_t most_;
    std::deque<OutageFacts> outages_;
    std::uint64_t dropped_ = 0;  ///< from the front
    std::map<std::string, std::uint64_t, std::less<>>
        open_;  ///< places, counted with those that were dropped
    std::optional<WallTime> newest_dropped_;
};

/// What is told of these tunnels, by their sums and the outages of all. Pure.
OutagesFacts outages_facts(const OutagesQuestion& question, const std::vector<std::string>& tunnels,
                           const std::map<std::string, TunnelSums, std::less<>>& sums,
                           const OutageList& outages, WallTime now);

}  // namespace autossh
