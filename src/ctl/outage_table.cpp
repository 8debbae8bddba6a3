#include "autossh/ctl/outage_table.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ctl/columns.hpp"
#include "autossh/ctl/screen_text.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

using OutageRow = std::vector<std::string>;

/// All columns but the last are as wide as they need; those from `right` on stand to the right.
std::string in_columns(const std::vector<OutageRow>& rows, std::size_t right)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const OutageRow& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], screen_width(row[i]));
    std::string text;
    for (const OutageRow& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string room(widths[i] - screen_width(row[i]), ' ');
            line += (i == 0 ? "" : "  ") + (i >= right ? room + row[i] : row[i] + room);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::string local_time(WallTime time, const char* form)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), form, &parts)};
}

std::string length_in_words(const std::optional<Seconds>& length)
{
    if (!length || !(length->count() >= 0 && length->count() < 4e9))
        return "-";
    return for_people(std::chrono::duration_cast<Duration>(*length));
}

std::string cause_of(const OutageFacts& outage)
{
    std::string words = outage.cause;
    if (words.empty())
        words = outage.is_planned() ? "as asked" : "not known";
    if (outage.tries > 1)
        words += fmt::format(" ({} tries)", outage.tries);
    if (outage.end.empty())
        words += "; lasts";
    if (outage.end == "unwatched")
        words += "; then nobody watched";
    if (outage.end == "unwanted")
        words += "; then stopped";
    return words;
}

std::vector<OutageRow> rows_of_outages(const OutagesFacts& facts)
{
    const bool is_long = facts.until - facts.since > std::chrono::hours(24 * 300);
    std::vector<OutageRow> rows{{"TUNNEL", "BEGAN", "LASTED", "BY", "CAUSE"}};
    for (auto outage = facts.outages.rbegin(); outage != facts.outages.rend(); ++outage)
        rows.push_back({fit_for_screen(outage->tunnel),
                        local_time(outage->began, is_long ? "%Y-%m-%d %H:%M:%S" : "%m-%d %H:%M:%S"),
                        length_in_words(outage->lasted),
                        fit_for_screen(outage->by.empty() ? "-" : outage->by),
                        fit_for_screen(cause_of(*outage))});
    return rows;
}

/// What began before the time that is asked for counts from there on.
Seconds within(const OutageFacts& outage, WallTime since)
{
    const Seconds lasted = outage.lasted.value_or(Seconds(0));
    const Seconds before = std::max(Seconds(0), Seconds(since - outage.began));
    return std::max(Seconds(0), lasted - before);
}

std::string watched_in_words(double part)
{
    return fmt::format("{}%", static_cast<int>(part * 100 + 0.5));
}

std::vector<OutageRow> rows_of_tunnels(const OutagesFacts& facts)
{
    struct Counted {
        std::size_t outages = 0;
        Seconds down{};
        Seconds longest{};
    };
    std::map<std::string, Counted, std::less<>> counted;
    for (const OutageFacts& outage : facts.outages) {
        Counted& its = counted[outage.tunnel];
        ++its.outages;
        its.down += within(outage, facts.since);
        its.longest = std::max(its.longest, outage.lasted.value_or(Seconds(0)));
    }
    std::vector<OutageRow> rows{{"TUNNEL", "OUTAGES", "DOWN", "LONGEST", "DAY", "WEEK", "MONTH", "WATCHED"}};
    for (const WatchedTunnel& tunnel : facts.tunnels) {
        const Counted& its = counted[tunnel.name];
        const auto length = [&](Seconds time) { return its.outages == 0 ? "-" : length_in_words(time); };
        rows.push_back({fit_for_screen(tunnel.name), fmt::format("{}", its.outages), length(its.down),
                        length(its.longest), part_for_table(tunnel.availability.day),
                        part_for_table(tunnel.availability.week), part_for_table(tunnel.availability.month),
                        watched_in_words(tunnel.watched)});
    }
    return rows;
}

/// "7 days", "12 h"
std::string back_in_words(Seconds back)
{
    const auto days = static_cast<std::int64_t>(back.count()) / (24 * 3600);
    if (days >= 2 && back == Seconds(static_cast<double>(days * 24 * 3600)))
        return fmt::format("{} days", days);
    return length_in_words(back);
}

}  // namespace

std::vector<std::string> lines_of_last_outages(const OutagesFacts& outages, std::size_t most)
{
    std::vector<OutageRow> rows = rows_of_outages(outages);
    if (rows.size() == 1)
        return {};
    rows.resize(std::min(rows.size(), most + 1));
    for (OutageRow& row : rows)
        row.erase(row.begin());  // the tunnel is known
    return lines_of(in_columns(rows, rows.front().size()));
}

std::string outage_table(const OutagesFacts& outages)
{
    double watched = 0;
    for (const WatchedTunnel& tunnel : outages.tunnels)
        watched = std::max(watched, tunnel.watched);
    const std::string form = "%Y-%m-%d %H:%M";
    std::string text = fmt::format(
        "outages of {}, {} to {} (watched {} %){}\n", back_in_words(outages.until - outages.since),
        local_time(outages.since, form.c_str()), local_time(outages.until, form.c_str()),
        static_cast<int>(watched * 100 + 0.5), outages.is_cut ? ", the newest ones" : "");
    if (outages.is_being_read)
        text += "the ledger is still being read: availability is not known yet\n";
    if (outages.outages.empty())
        text += "none\n";
    else
        text += in_columns(rows_of_outages(outages), 5);
    if (!outages.tunnels.empty())
        text += in_columns(rows_of_tunnels(outages), 1);
    return text;
}

}  // namespace autossh
