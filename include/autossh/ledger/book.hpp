// What the ledger says of one tunnel, entry by entry, as the tunnel is seen; and its sums. Pure.
#pragma once

#include "autossh/ledger/both_clocks.hpp"
#include "autossh/ledger/entry.hpp"
#include "autossh/ledger/sums.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// One tunnel as it is.
struct SeenTunnel {
    enum class Is {
        unwanted,
        coming,  ///< its ssh has not logged in yet
        ending,  ///< its ssh ends: for what follows see later
        up,
        degraded,  ///< up, but some forward is refused
        suspect,   ///< up or degraded, as it was
        down,
    };
    Is is = Is::unwanted;
    bool is_renewed = false;         ///< while ending or coming: another ssh takes over from a living one
    std::string failure_class = {};  ///< of what keeps it from being up,
    std::string cause = {};          ///< in words,
    std::string by = {};             ///< and what has shown that
    std::uint64_t starts = 0;        ///< of ssh until now
};

class TunnelBook {
public:
    using Entries = std::vector<LedgerEntry>;

    /// Coming up is no outage if it takes no longer than this.
    static constexpr Duration first_time = std::chrono::seconds(60);

    explicit TunnelBook(std::string name) : name_(std::move(name)) {}

    /// What is seen now, of a tunnel that is wanted or not. `last_number`: of the outages of all tunnels.
    Entries see(const SeenTunnel& seen, const BothClocks& now, std::uint64_t& last_number);
    /// It is wanted from now on, or not any more: who says so.
    Entries want(const std::string& by, const BothClocks& now);
    Entries unwant(const std::string& by, const BothClocks& now);
    /// Nobody watches it from now on.
    Entries end(const BothClocks& now);

    /// When see() would have more to say, if nothing changes; nothing: not at all.
    std::optional<Time> due() const;

    /// Until now.
    TunnelSums sums(const BothClocks& now) const;
    /// It goes on behind what was kept before, which becomes known only now: sums, and the number of the last
    /// outage. What has been seen since the start is added to the sums, and numbered on from there.
    void go_on_from(const TunnelSums& before, std::uint64_t last_number);

    /// "up", "down"; empty: it is not watched.
    const char* state() const;
    /// So long it has been that, by the clock that cannot be set.
    std::optional<Seconds> length(const BothClocks& now) const;

private:
    enum class Phase { off, coming, up, ending, down };

    /// Why it is not up.
    struct Trouble {
        std::string failure_class = {};
        std::string cause = {};
        std::string by = {};
    };

    LedgerEntry entry(LedgerEvent event, WallTime at) const;
    void account(const BothClocks& now);
    void set_length(LedgerEntry& entry, const BothClocks& now) const;
    void leave(const BothClocks& now);
    void enter(Phase phase, const BothClocks& now);
    void note_trouble(const SeenTunnel& seen);
    void begin_outage(std::uint64_t& last_number, Entries& entries);
    void come_up(const SeenTunnel& seen, const BothClocks& now, Entries& entries);
    void note_forwards(const SeenTunnel& seen, const BothClocks& now, Entries& entries);
    void see_up(const SeenTunnel& seen, const BothClocks& now, std::uint64_t& last_number, Entries& entries);
    void see_not_up(const SeenTunnel& seen, const BothClocks& now, std::uint64_t& last_number,
                    Entries& entries);

    std::string name_;
    TunnelSums sums_;
    Phase phase_ = Phase::off;
    BothClocks since_{};        ///< of the phase
    Time counted_{};            ///< what was before is in the sums
    Time up_since_{};           ///< while up or ending
    Trouble trouble_;           ///< while coming or ending
    std::uint64_t number_ = 0;  ///< of the outage
    std::uint64_t starts_ = 0;  ///< when it began
    bool planned_ = false;
    std::optional<Time> degraded_since_;
};

}  // namespace autossh
