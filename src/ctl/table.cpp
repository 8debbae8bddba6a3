#include "autossh/ctl/table.hpp"

#include "autossh/ctl/columns.hpp"
#include "autossh/ctl/screen_text.hpp"
#include "autossh/ctl/state_counts.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

/// NAME STATE FOR RTT 24H DETAIL
using TableRow = std::array<std::string, 6>;
constexpr std::size_t state_column = 1;
constexpr std::size_t last_column = 5;

struct RankedRow {
    int rank = 0;
    std::string health = {};
    TableRow cells = {};
};

/// As a terminal of the usual width needs them, so that the columns seldom move.
constexpr std::array<std::size_t, last_column> least_widths{7, 8, 7, 4, 7};

bool is_to_the_right(std::size_t column)
{
    return column > state_column && column < last_column;
}

/// Sorted, the worst first; else as the process tells them.
class TableBlock {
public:
    void add(const TunnelFacts& tunnel, const std::string& detail, const TableForm& form, WallTime now)
    {
        const int rank = rank_for_table(tunnel);
        if (form.down_only && (tunnel.health == "up" || tunnel.health == "stopped"))
            return;
        TableRow cells{tunnel.name,
                       state_for_table(tunnel),
                       tunnel.since ? time_for_table(now - *tunnel.since) : "-",
                       round_trip_for_table(tunnel.round_trip.last),
                       part_for_table(tunnel.availability.day),
                       detail};
        for (std::string& cell : cells)
            cell = fit_for_screen(cell);
        rows_.push_back({rank, tunnel.health, std::move(cells)});
    }

    void sort() { std::ranges::stable_sort(rows_, {}, &RankedRow::rank); }
    const std::vector<RankedRow>& rows() const { return rows_; }

private:
    std::vector<RankedRow> rows_;
};

/// Writes rows in columns that are the same for all blocks.
class TableWriter {
public:
    TableWriter(const TableForm& form, std::span<const TableBlock> blocks) : form_(form)
    {
        for (const TableBlock& block : blocks)
            for (const RankedRow& row : block.rows())
                for (std::size_t i = 0; i < last_column; ++i)
                    widths_[i] = std::max(widths_[i], screen_width(row.cells[i]));
    }

    std::string header() const
    {
        return line({-1, "", {"NAME", "STATE", "FOR", "RTT", "24H", "DETAIL"}}, false);
    }

    std::string rows(const TableBlock& block) const
    {
        std::string text;
        for (const RankedRow& row : block.rows())
            text += line(row, form_.colour);
        return text;
    }

private:
    std::string line(const RankedRow& row, bool colour) const
    {
        std::string text;
        std::size_t filled = 0;
        for (std::size_t i = 0; i < last_column; ++i) {
            const std::string& cell = row.cells[i];
            const std::string room(widths_[i] - screen_width(cell), ' ');
            const std::string shown = colour && i == state_column ? coloured(cell, row.health) : cell;
            text += (is_to_the_right(i) ? room + shown : shown + room) + "  ";
            filled += widths_[i] + 2;
        }
        const std::string& detail = row.cells[last_column];
        if (form_.width == 0 || form_.wide)
            text += detail;
        else if (form_.width > filled)
            text += cut_to_width(detail, form_.width - filled);
        text.erase(text.find_last_not_of(' ') + 1);
        return text + '\n';
    }

    TableForm form_;
    std::array<std::size_t, last_column> widths_ = least_widths;
};

std::string first_line(const DaemonFacts& facts)
{
    std::vector<const TunnelFacts*> tunnels;
    for (const TunnelFacts& tunnel : facts.tunnels)
        tunnels.push_back(&tunnel);
    std::string line =
        fmt::format("fleet \"{}\", pid {}: {} tunnel{}{}", facts.name, facts.pid, facts.tunnels.size(),
                    facts.tunnels.size() == 1 ? "" : "s", counted_states(tunnels));
    if (!facts.hub.empty())
        line += "; hub: " + facts.hub;
    if (facts.config_newer)
        line += "; the file has changed since (autosshctl reload)";
    return fit_for_screen(line) + '\n';
}

}  // namespace

std::string status_table(std::span<const SeenDaemon> daemons, const TableForm& form, WallTime now)
{
    std::vector<const DaemonFacts*> fleets;
    std::vector<TableBlock> blocks(1);  // the first is that of no fleet
    std::string troubles;
    for (const SeenDaemon& daemon : daemons) {
        if (!daemon.trouble.empty()) {
            troubles += fit_for_screen(fmt::format("{}: {}", in_words(daemon), daemon.trouble)) + '\n';
            continue;
        }
        if (daemon.is_fleet()) {
            fleets.push_back(&daemon.facts);
            blocks.emplace_back();
        }
        TableBlock& block = daemon.is_fleet() ? blocks.back() : blocks.front();
        for (const TunnelFacts& tunnel : daemon.facts.tunnels)
            block.add(tunnel,
                      daemon.is_fleet() ? detail_for_table(tunnel, now, form.wide)
                                        : single_detail_for_table(daemon, tunnel, now, form.wide),
                      form, now);
    }
    std::ranges::for_each(blocks, &TableBlock::sort);
    const TableWriter writer(form, blocks);
    std::string text;
    for (std::size_t i = 0; i < fleets.size(); ++i) {
        const TableBlock& block = blocks[i + 1];
        text += fmt::format("{}{}{}{}", text.empty() ? "" : "\n", first_line(*fleets[i]),
                            block.rows().empty() ? "" : writer.header(), writer.rows(block));
    }
    if (!blocks.front().rows().empty())
        text += (text.empty() ? writer.header() : "\nnot of a fleet\n") + writer.rows(blocks.front());
    return text.empty() || troubles.empty() ? text + troubles : text + "\n" + troubles;
}

}  // namespace autossh
