#include "autossh/ledger/replay.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

using What = TunnelSums::What;

/// Between two signs of life of a daemon.
constexpr Seconds longest_unseen = std::chrono::seconds(60);

TunnelSums::Length as_length(Seconds length)
{
    return std::chrono::duration_cast<TunnelSums::Length>(length);
}

}  // namespace

/// Its length as it was measured; else by the clock on the wall, which may have been set: no more than
/// `most`.
void LedgerReplay::close(const std::string& tunnel, const Watched& watched, WallTime at,
                         const std::optional<Seconds>& length, const std::optional<Seconds>& most)
{
    const Seconds by_wall = std::max(Seconds(0), Seconds(at - watched.since));
    Seconds measured = length.value_or(most ? std::min(by_wall, *most) : by_wall);
    if (length && watched.is_counted_before)
        measured =
            watched.counted ? std::max(Seconds(0), *length - *watched.counted) : std::min(*length, by_wall);
    sums_[tunnel].add(watched.is_up        ? What::up
                      : watched.is_planned ? What::planned
                                           : What::down,
                      at, as_length(measured));
}

/// `grace`: it may have lived on for so long. The sums by hour and day do without that; the totals were told
/// to others and must not go back.
void LedgerReplay::close_all(WallTime at, Seconds grace, const std::optional<Seconds>& most)
{
    for (const auto& [tunnel, watched] : std::exchange(watched_, {})) {
        close(tunnel, watched, at, std::nullopt, most);
        TotalFacts totals = sums_[tunnel].totals();
        (watched.is_up ? totals.up : totals.down) += grace;
        sums_[tunnel].set_totals(totals);
    }
}

/// Its file tells of its life once a minute, and so does each entry.
WallTime LedgerReplay::end_of_killed(const std::optional<WallTime>& last_seen) const
{
    return std::max(last_seen.value_or(last_time_), last_time_);
}

void LedgerReplay::end(const std::optional<WallTime>& last_seen, const std::optional<Seconds>& lived)
{
    const WallTime at = end_of_killed(last_seen);
    outages_.end_all(at, lived);
    close_all(at, Seconds(0), lived);
}

std::map<std::string, TunnelSums, std::less<>>
LedgerReplay::sums_at(WallTime now, const std::optional<Seconds>& lived) const
{
    LedgerReplay copy(0);
    copy.sums_ = sums_;
    for (const auto& [tunnel, watched] : watched_)
        copy.close(tunnel, watched, now, std::nullopt, lived);
    return std::move(copy.sums_);
}

void LedgerReplay::take_of_daemon(const LedgerEntry& entry)
{
    const bool is_start = entry.event == LedgerEvent::daemon_start;
    const WallTime end = is_start ? end_of_killed(entry.last_seen) : entry.at;
    outages_.end_all(end, entry.lived);
    close_all(end, is_start ? std::clamp(Seconds(entry.at - end), Seconds(0), longest_unseen) : Seconds(0),
              entry.lived);
    is_open_ = is_start;
}

/// The totals have all until then.
void LedgerReplay::take_totals(const LedgerEntry& entry, const std::optional<Watched>& before)
{
    if (before)
        close(entry.tunnel, *before, entry.at, entry.lasted);
    sums_[entry.tunnel].set_totals(*entry.totals);
    watched_.erase(entry.tunnel);
    if (!entry.state.empty())
        watched_[entry.tunnel] = {entry.state == "up", before && before->is_planned, entry.at, true,
                                  entry.lasted};
}

void LedgerReplay::take(const LedgerEntry& entry)
{
    outages_.take(entry);
    last_number_ = std::max(last_number_, entry.number);
    const auto found = watched_.find(entry.tunnel);
    const bool is_watched = found != watched_.end();
    switch (entry.event) {
    case LedgerEvent::daemon_start:
    case LedgerEvent::daemon_stop: take_of_daemon(entry); break;
    case LedgerEvent::up:
        if (is_watched)
            close(entry.tunnel, found->second, entry.at, entry.lasted);
        watched_[entry.tunnel] = {true, false, entry.at};
        break;
    case LedgerEvent::down:
        if (is_watched)
            close(entry.tunnel, found->second, entry.at, entry.up);
        watched_[entry.tunnel] = {false, entry.by == "request", entry.at};
        if (entry.by != "request")
            sums_[entry.tunnel].count_outage(entry.failure_class);
        break;
    case LedgerEvent::unwanted:
    case LedgerEvent::unwatched:
        if (is_watched)
            close(entry.tunnel, found->second, entry.at, entry.up ? entry.up : entry.lasted);
        watched_.erase(entry.tunnel);
        break;
    case LedgerEvent::totals:
        take_totals(entry, is_watched ? std::optional(found->second) : std::nullopt);
        break;
    default: break;
    }
    last_time_ = entry.at;
}

}  // namespace autossh
