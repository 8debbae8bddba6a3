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

/// Its length as it was measured; else, and where a part of it has been counted, by the clock on the wall.
void LedgerReplay::close(const std::string& tunnel, const Watched& watched, WallTime at,
                         const std::optional<Seconds>& length)
{
    const Seconds by_wall = std::max(Seconds(0), Seconds(at - watched.since));
    const Seconds measured = length.value_or(by_wall);
    sums_[tunnel].add(watched.is_up        ? What::up
                      : watched.is_planned ? What::planned
                                           : What::down,
                      at, as_length(watched.is_counted_before ? std::min(measured, by_wall) : measured));
}

/// `grace`: it may have lived on for so long. The sums by hour and day do without that; the totals were told
/// to others and must not go back.
void LedgerReplay::close_all(WallTime at, Seconds grace)
{
    for (const auto& [tunnel, watched] : std::exchange(watched_, {})) {
        close(tunnel, watched, at, std::nullopt);
        TotalFacts totals = sums_[tunnel].totals();
        (watched.is_up ? totals.up : totals.down) += grace;
        sums_[tunnel].set_totals(totals);
    }
}

void LedgerReplay::end(WallTime at)
{
    outages_.end_all(at);
    close_all(at, Seconds(0));
}

std::map<std::string, TunnelSums, std::less<>> LedgerReplay::sums_at(WallTime now) const
{
    LedgerReplay copy(0);
    copy.sums_ = sums_;
    for (const auto& [tunnel, watched] : watched_)
        copy.close(tunnel, watched, now, std::nullopt);
    return std::move(copy.sums_);
}

void LedgerReplay::take_of_daemon(const LedgerEntry& entry)
{
    const bool is_start = entry.event == LedgerEvent::daemon_start;
    const WallTime end = entry.last_seen.value_or(is_start ? last_time_ : entry.at);
    close_all(end, is_start ? std::clamp(Seconds(entry.at - end), Seconds(0), longest_unseen) : Seconds(0));
    is_open_ = is_start;
}

/// The totals have all until then.
void LedgerReplay::take_totals(const LedgerEntry& entry, const std::optional<Watched>& before)
{
    if (before)
        close(entry.tunnel, *before, entry.at, std::nullopt);
    sums_[entry.tunnel].set_totals(*entry.totals);
    watched_.erase(entry.tunnel);
    if (!entry.state.empty())
        watched_[entry.tunnel] = {entry.state == "up", before && before->is_planned, entry.at, true};
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
