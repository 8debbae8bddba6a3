// What the entries of a ledger come to, read again from its files. Pure.
#pragma once

#include "autossh/ledger/entry.hpp"
#include "autossh/ledger/outage_list.hpp"
#include "autossh/ledger/sums.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace autossh {

class LedgerReplay {
public:
    /// Keeps the newest `most_outages`.
    explicit LedgerReplay(std::size_t most_outages) : outages_(most_outages) {}

    /// In the order of the files.
    void take(const LedgerEntry& entry);
    /// The daemon that has written last was killed: what it watched ends where it has last shown that it
    /// lived, by the file of that or by an entry. `lived`: so long it did by then, which no length exceeds.
    void end(const std::optional<WallTime>& last_seen, const std::optional<Seconds>& lived);

    const std::map<std::string, TunnelSums, std::less<>>& sums() const { return sums_; }
    /// The same, of what is watched still until now, and no longer than `lived`.
    std::map<std::string, TunnelSums, std::less<>> sums_at(WallTime now,
                                                           const std::optional<Seconds>& lived = {}) const;
    OutageList& outages() { return outages_; }
    /// Of the outages.
    std::uint64_t last_number() const { return last_number_; }
    /// The daemon that has written last has not written that it ends.
    bool is_open() const { return is_open_; }
    /// Of the newest entry.
    WallTime last_time() const { return last_time_; }

private:
    /// What a tunnel is, since when.
    struct Watched {
        bool is_up = false;
        bool is_planned = false;  ///< its outage
        WallTime since = {};
        bool is_counted_before = false;       ///< what was before `since` is in the sums already:
        std::optional<Seconds> counted = {};  ///< so much; nothing: that is not known
    };

    void take_of_daemon(const LedgerEntry& entry);
    void take_totals(const LedgerEntry& entry, const std::optional<Watched>& before);
    void close(const std::string& tunnel, const Watched& watched, WallTime at,
               const std::optional<Seconds>& length, const std::optional<Seconds>& most = {});
    void close_all(WallTime at, Seconds grace, const std::optional<Seconds>& most);
    WallTime end_of_killed(const std::optional<WallTime>& last_seen) const;

    std::map<std::string, TunnelSums, std::less<>> sums_;
    std::map<std::string, Watched, std::less<>> watched_;
    OutageList outages_;
    std::uint64_t last_number_ = 0;
    bool is_open_ = false;
    WallTime last_time_ = {};
};

}  // namespace autossh
