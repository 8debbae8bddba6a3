// The rows of autosshctl watch: which tunnels, in which order, and their cells. Pure.
#pragma once

#include "autossh/ctl/watch_filter.hpp"
#include "autossh/ctl/watched.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace autossh {

enum class WatchSort { worst, name, round_trip, availability };
/// "worst", "name", "rtt", "availability"
std::string_view name(WatchSort sort);
WatchSort next(WatchSort sort);

struct WatchRow {
    std::size_t daemon = 0;  ///< of WatchedDaemons::all()
    std::size_t tunnel = 0;  ///< of its tunnels
    std::string name = {};   ///< as it is shown: with its fleet's, where there are several
    std::string key = {};    ///< the same one, also of the next process in its place
};

struct WatchChoice {
    WatchFilter filter = {};
    bool down_only = false;
    WatchSort sort = WatchSort::worst;
};

/// Those that are chosen. What `sort` says the same of is in the order of the processes.
std::vector<WatchRow> watch_rows(std::span<const WatchedDaemon> daemons, const WatchChoice& choice);

/// NAME STATE FOR RTT TESTS 24H CAUSE, the width of each in columns; 0: it is not shown.
using WatchWidths = std::array<std::size_t, 7>;
inline constexpr std::array<std::string_view, 7> watch_headings{"NAME",  "STATE", "FOR",  "RTT",
                                                                "TESTS", "24H",   "CAUSE"};
inline constexpr std::size_t watch_state_column = 1;

/// For a screen of `width` columns, with a blank between two columns. A narrow one has fewer.
WatchWidths watch_widths(std::size_t width, std::size_t longest_name);
/// What stands on the right of its column.
bool is_to_the_right_of_watch(std::size_t column);

/// As they come from the process: not fit for the screen.
std::array<std::string, 7> watch_cells(const WatchedDaemon& daemon, const WatchRow& row, bool utf8,
                                       WallTime now);

/// "5 tunnels: 2 up, 1 waiting, 1 lost; 1 starting, 3 queued"
std::string watch_counts(std::span<const WatchedDaemon> daemons);

}  // namespace autossh
