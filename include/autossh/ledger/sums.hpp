// How long a tunnel was up, and how long that was watched and wanted: by the hour for a day, by the day for a
// month, and in all. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace autossh {

/// Small: a process has a thousand of them. Hours and days are those of UTC; the one that is not over counts,
/// so that "24 hours" are 23 and that one.
class TunnelSums {
public:
    using Length = std::chrono::milliseconds;
    enum class What {
        up,
        down,
        planned,  ///< the same, as somebody has asked for it
    };
    /// Of availability: an outage of the third kind counts, or that time is not looked at.
    enum class Outages { all, unplanned };

    /// A length of time that is over at `end`. Where the clock of the wall has been put back by more than all
    /// that is kept, that begins anew.
    void add(What what, WallTime end, Length length);
    void count_outage(std::string_view failure_class);
    /// All that `later` has, which was counted apart, after this.
    void append(const TunnelSums& later);

    AvailabilityFacts availability(WallTime now, Outages outages = Outages::all) const;
    /// The part of the last `window` that was watched and wanted, in whole hours up to a day, in whole days
    /// up to 30, which is the most; 0 to 1.
    double watched(WallTime now, Length window) const;

    TotalFacts totals() const;
    void set_totals(const TotalFacts& totals);

private:
    struct Part {
        std::uint32_t up = 0;  ///< in milliseconds, as all here
        std::uint32_t down = 0;
        std::uint32_t planned = 0;  ///< of those that it was down
    };
    struct Sum {
        std::uint64_t up = 0;
        std::uint64_t down = 0;
        std::uint64_t planned = 0;
        std::uint64_t covered = 0;  ///< so long the parts are that could be asked
    };

    template <std::size_t Size>
    struct Ring {
        std::array<Part, Size> parts = {};
        std::int64_t newest = 0;  ///< the number of the newest part, from the beginning of 1970 on

        void go_to(std::int64_t number);
        void add(What what, std::int64_t end, std::int64_t length, std::int64_t part_length);
        void append(const Ring& later);
        Sum sum(std::int64_t now, std::int64_t parts_wanted, std::int64_t part_length) const;
    };

    Ring<24> hours_;
    Ring<30> days_;
    std::uint64_t up_ = 0;
    std::uint64_t down_ = 0;
    std::vector<OutageCount> outages_;
};

}  // namespace autossh
