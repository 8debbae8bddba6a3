#include "autossh/ctl/watch_rows.hpp"

#include "autossh/ctl/columns.hpp"
#include "autossh/ctl/sparkline.hpp"
#include "autossh/ctl/state_counts.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::array<std::string_view, 4> sort_names{"worst", "name", "rtt", "availability"};

constexpr std::size_t for_column = 2;
constexpr std::size_t rtt_column = 3;
constexpr std::size_t tests_column = 4;
constexpr std::size_t day_column = 5;
constexpr std::size_t cause_column = 6;

/// With less, the columns of figures go, and the cause stays.
constexpr std::size_t least_cause = 12;

/// The smaller, the higher in the list.
double place_in_list(const WatchedDaemon& daemon, const TunnelFacts& tunnel, WatchSort sort)
{
    constexpr double last = std::numeric_limits<double>::max();
    switch (sort) {
    case WatchSort::worst: return daemon.lost.empty() ? rank_for_table(tunnel) : -1;
    case WatchSort::name: return 0;
    case WatchSort::round_trip:  // the slowest first
        return tunnel.round_trip.last ? -tunnel.round_trip.last->count() : last;
    case WatchSort::availability: return tunnel.availability.day.value_or(last);
    }
    return 0;
}

bool is_all_well(const WatchedDaemon& daemon, const TunnelFacts& tunnel)
{
    return daemon.lost.empty() && (tunnel.health == "up" || tunnel.health == "stopped");
}

}  // namespace

std::string_view name(WatchSort sort)
{
    return sort_names[static_cast<std::size_t>(sort)];
}

WatchSort next(WatchSort sort)
{
    return static_cast<WatchSort>((static_cast<std::size_t>(sort) + 1) % sort_names.size());
}

std::vector<WatchRow> watch_rows(std::span<const WatchedDaemon> daemons, const WatchChoice& choice)
{
    const bool with_fleet =
        std::ranges::count_if(daemons, [](const auto& daemon) { return daemon.seen.is_fleet(); }) > 1;
    std::vector<std::pair<double, WatchRow>> placed;
    for (std::size_t d = 0; d < daemons.size(); ++d) {
        const SeenDaemon& daemon = daemons[d].seen;
        const std::string identity = identity_of(daemon);
        for (std::size_t t = 0; t < daemon.facts.tunnels.size(); ++t) {
            const TunnelFacts& tunnel = daemon.facts.tunnels[t];
            const bool is_long = with_fleet && daemon.is_fleet();
            std::string shown = is_long ? fmt::format("{}/{}", daemon.facts.name, tunnel.name) : tunnel.name;
            if ((choice.down_only && is_all_well(daemons[d], tunnel)) || !choice.filter.fits(tunnel, shown))
                continue;
            std::string key = fmt::format("{}\n{}", identity, tunnel.name);
            placed.push_back(
                {place_in_list(daemons[d], tunnel, choice.sort), {d, t, std::move(shown), std::move(key)}});
        }
    }
    std::ranges::stable_sort(placed, [&](const auto& one, const auto& other) {
        return choice.sort == WatchSort::name ? one.second.name < other.second.name : one.first < other.first;
    });
    std::vector<WatchRow> rows;
    rows.reserve(placed.size());
    for (auto& [place, row] : placed)
        rows.push_back(std::move(row));
    return rows;
}

WatchWidths watch_widths(std::size_t width, std::size_t longest_name)
{
    const std::size_t most_name = std::max<std::size_t>(8, width / 4);
    WatchWidths widths{std::clamp<std::size_t>(longest_name, 7, most_name),
                       std::size_t{width < 99 ? 10U : 13U},
                       7,
                       5,
                       sparkline_width,
                       7,
                       0};
    const auto taken = [&widths] {
        std::size_t sum = 0;
        for (const std::size_t one : widths)
            sum += one == 0 ? 0 : one + 1;
        return sum;
    };
    for (const std::size_t column : {tests_column, day_column, rtt_column, for_column})
        if (taken() + least_cause > width)
            widths[column] = 0;
    widths[cause_column] = width > taken() ? width - taken() : 0;
    return widths;
}

bool is_to_the_right_of_watch(std::size_t column)
{
    return column == for_column || column == rtt_column || column == day_column;
}

std::array<std::string, 7> watch_cells(const WatchedDaemon& daemon, const WatchRow& row, bool utf8,
                                       WallTime now)
{
    const TunnelFacts& tunnel = daemon.seen.facts.tunnels[row.tunnel];
    if (!daemon.lost.empty())
        return {
            row.name,
            "lost",
            time_for_table(now - daemon.lost_since),
            "-",
            sparkline(tunnel.round_trip.recent, utf8),
            part_for_table(tunnel.availability.day),
            fmt::format("{}; it was {}; {}", daemon.lost, state_for_table(tunnel), in_words(daemon.seen))};
    return {row.name,
            state_for_table(tunnel),
            tunnel.since ? time_for_table(now - *tunnel.since) : "-",
            round_trip_for_table(tunnel.round_trip.last),
            sparkline(tunnel.round_trip.recent, utf8),
            part_for_table(tunnel.availability.day),
            daemon.seen.is_fleet() ? detail_for_table(tunnel, now, false)
                                   : single_detail_for_table(daemon.seen, tunnel, now, false)};
}

std::string watch_counts(std::span<const WatchedDaemon> daemons)
{
    std::vector<const TunnelFacts*> known;
    std::size_t lost = 0;
    std::uint64_t starting = 0;
    std::uint64_t queued = 0;
    for (const WatchedDaemon& daemon : daemons) {
        if (!daemon.lost.empty()) {
            lost += daemon.seen.facts.tunnels.size();
            continue;
        }
        starting += daemon.seen.facts.starting;
        queued += daemon.seen.facts.queued;
        for (const TunnelFacts& tunnel : daemon.seen.facts.tunnels)
            known.push_back(&tunnel);
    }
    const std::size_t all = known.size() + lost;
    std::string words = fmt::format("{} tunnel{}{}", all, all == 1 ? "" : "s", counted_states(known));
    if (lost > 0)
        words += fmt::format("{}{} lost", known.empty() ? ": " : ", ", lost);
    if (starting + queued > 0)
        words += fmt::format("; {} starting, {} queued", starting, queued);
    return words;
}

}  // namespace autossh
