// How often a box beats, by its last beats, and how long it may be silent. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/settings/fleet_hub.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace autossh {

class Cadence {
public:
    static constexpr std::size_t most_gaps = 8;
    /// Of a box whose gaps are not known: as 1.4g tests, if nobody says otherwise.
    static constexpr Duration usual = std::chrono::minutes(10);
    /// What a test may come later for the load of machines and the way.
    static constexpr Duration margin = std::chrono::seconds(15);

    /// Between two beats. One in which the box was taken for lost is an outage, and tells nothing of how
    /// often it beats; two of these one after the other do: it beats less often than before.
    void note(Duration gap, bool was_lost);

    /// The one in the middle of the last gaps.
    std::optional<Duration> every() const;
    std::optional<Duration> longest() const;

    /// So much silence, and it is late, or lost.
    Duration late_after(const HubSettings& rules) const { return patience(rules.late, rules.least); }
    Duration lost_after(const HubSettings& rules) const { return patience(rules.lost, rules.least); }

private:
    Duration patience(double factor, Duration least) const;

    std::array<Duration, most_gaps> gaps_{};
    std::size_t number_ = 0;  ///< that were noted; the last most_gaps of these are there
    std::optional<Duration> outage_;
};

}  // namespace autossh
