#include "autossh/ctl/hub_table.hpp"

#include "autossh/base/json_text.hpp"
#include "autossh/control/hub_json.hpp"
#include "autossh/ctl/columns.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/screen_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace autossh {

namespace {

/// BOX STATE LAST SEEN EVERY ACCOUNT NODE PID GAPS 24H REACHED
using HubRow = std::array<std::string, 9>;
constexpr std::size_t hub_state_column = 1;

constexpr std::array<std::string_view, 5> states_in_order{"lost", "late", "awaited", "alive", "unexpected"};

bool is_number_column(std::size_t column)
{
    return column == 2 || column == 3 || column == 6 || column == 7;
}

std::string or_dash(const std::string& text)
{
    return text.empty() ? "-" : text;
}

std::string every_in_words(const std::optional<Seconds>& every)
{
    if (!every || !std::isfinite(every->count()) || every->count() < 0 || every->count() > 1e9)
        return "-";
    return every->count() < 600 ? fmt::format("{:.0f}s", every->count()) : time_for_table(*every);
}

HubRow row_of(const BoxFacts& box, WallTime now)
{
    HubRow row{box.name,
               box.state,
               box.last_seen ? time_for_table(now - *box.last_seen) : "never",
               every_in_words(box.every),
               or_dash(box.account.empty() ? box.belongs_to : box.account),
               or_dash(box.node),
               box.pid == 0 ? "-" : fmt::format("{}", box.pid),
               fmt::format("{}", box.gaps.size()),
               !box.reached   ? "-"
               : *box.reached ? "yes"
                              : "no"};
    for (std::string& cell : row)
        cell = fit_for_screen(cell);
    return row;
}

std::ptrdiff_t rank_of(const BoxFacts& box)
{
    return std::ranges::find(states_in_order, box.state) - states_in_order.begin();
}

/// "port 7700", "ports 7700, 7701", or the places as they are.
std::string places_in_words(const std::vector<std::string>& places)
{
    std::vector<std::string> ports;
    for (const std::string& place : places)
        if (place.starts_with("127.0.0.1:"))
            ports.push_back(place.substr(place.rfind(':') + 1));
    if (ports.size() != places.size() || ports.empty())
        return fmt::format("{}", fmt::join(places, ", "));
    return fmt::format("port{} {}", ports.size() == 1 ? "" : "s", fmt::join(ports, ", "));
}

std::string hub_first_line(const SeenHub& hub, WallTime now)
{
    std::string counts;
    for (const std::string_view state : {"alive", "late", "awaited", "lost", "unexpected"})
        if (const auto number = std::ranges::count(hub.hub.boxes, state, &BoxFacts::state); number > 0)
            counts += fmt::format("{} {} {}", counts.empty() ? ":" : ",", number, state);
    const std::size_t all = hub.hub.boxes.size();
    std::string line = fmt::format("hub, {}: {} box{}{}", places_in_words(hub.hub.listen), all,
                                   all == 1 ? "" : "es", counts);
    if (hub.hub.since)
        line += ", for " + time_for_table(now - *hub.hub.since);
    return fit_for_screen(line) + '\n';
}

/// What has no column: who uses the name of another, and why a box is not reached.
std::string notes_on(const BoxFacts& box, WallTime now)
{
    std::string notes;
    if (box.wrong_at && now - *box.wrong_at < std::chrono::hours(24))
        notes += fit_for_screen(fmt::format(
                     "{}: the account {} has used its name {} time{}, last {} ago; it belongs to {}",
                     box.name, or_dash(box.wrong_account), box.wrong_times, box.wrong_times == 1 ? "" : "s",
                     time_for_table(now - *box.wrong_at), or_dash(box.belongs_to))) +
                 '\n';
    if (box.reached == false && !box.unreached.empty())
        notes += fit_for_screen(fmt::format("{}: not reached: {}", box.name, box.unreached)) + '\n';
    return notes;
}

std::string hub_line(const HubRow& row, const std::array<std::size_t, 9>& widths, const std::string& state)
{
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string room(widths[i] - screen_width(row[i]), ' ');
        const std::string& shown = i == hub_state_column ? state : row[i];
        text += (is_number_column(i) ? room + shown : shown + room) + "  ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
}

std::string hub_rows(const std::vector<BoxFacts>& boxes, bool colour, WallTime now)
{
    const HubRow header{"BOX",  "STATE", "LAST SEEN", "EVERY",  "ACCOUNT",
                        "NODE", "PID",   "GAPS 24H",  "REACHED"};
    std::vector<HubRow> rows{header};
    for (const BoxFacts& box : boxes)
        rows.push_back(row_of(box, now));
    std::array<std::size_t, 9> widths{7, 5, 9};
    for (const HubRow& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], screen_width(row[i]));
    std::string text = hub_line(header, widths, header[hub_state_column]);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::string& state = rows[i][hub_state_column];
        text += hub_line(rows[i], widths, colour ? coloured(state, boxes[i - 1].health) : state);
    }
    return text;
}

}  // namespace

bool is_well(const BoxFacts& box)
{
    return box.health == "up" || box.health == "stopped";
}

std::string hub_table(std::span<const SeenHub> hubs, bool colour, bool down_only, WallTime now)
{
    std::string text;
    for (const SeenHub& hub : hubs) {
        std::vector<BoxFacts> boxes = hub.hub.boxes;
        if (down_only)
            std::erase_if(boxes, is_well);
        std::ranges::stable_sort(boxes, {}, rank_of);
        text += (text.empty() ? "" : "\n") + hub_first_line(hub, now);
        if (!boxes.empty())
            text += hub_rows(boxes, colour, now);
        for (const BoxFacts& box : boxes)
            text += notes_on(box, now);
    }
    return text;
}

std::string hub_json(std::span<const SeenHub> hubs)
{
    std::string list;
    for (const SeenHub& hub : hubs)
        list +=
            fmt::format("{}{{\"name\":{},\"pid\":{},{}", list.empty() ? "" : ",",
                        json_string(hub.daemon.facts.name), hub.daemon.facts.pid, to_json(hub.hub).substr(1));
    return fmt::format("{{\"v\":1,\"hubs\":[{}]}}", list);
}

int exit_status_of(std::span<const SeenHub> hubs)
{
    HealthCounts counts;
    for (const SeenHub& hub : hubs)
        for (const BoxFacts& box : hub.hub.boxes) {
            counts.down += box.health == "down" ? 1 : 0;
            counts.impaired += box.health == "impaired" ? 1 : 0;
        }
    return counts.exit_status();
}

}  // namespace autossh
