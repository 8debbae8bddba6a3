#include "autossh/ctl/watched.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A look takes no longer.
constexpr std::chrono::seconds longest_look(4);
/// A single autossh that has ended is shown for so long, a fleet until it comes back.
constexpr std::chrono::minutes ended_is_shown(1);
constexpr std::size_t most_late_events = 10'000;

void lose(WatchedDaemon& daemon, const std::string& why, WallTime now)
{
    if (daemon.lost.empty())
        daemon.lost_since = now;
    daemon.lost = why;
}

}  // namespace

std::string identity_of(const SeenDaemon& daemon)
{
    if (daemon.is_fleet())
        return fmt::format("fleet {} {}", daemon.at.parent, daemon.facts.name);
    return fmt::format("pid {}", daemon.facts.pid);
}

void WatchedDaemons::merge(WatchedDaemon& known, SeenDaemon& found, WallTime now) const
{
    if (!found.trouble.empty() && !known.seen.facts.tunnels.empty()) {
        known.has_ended = false;
        return lose(known, found.trouble, now);
    }
    known.seen = std::move(found);
    known.has_ended = false;
    known.lost.clear();
    if (!known.seen.trouble.empty())
        lose(known, known.seen.trouble, now);
}

void WatchedDaemons::take(std::vector<SeenDaemon> found, WallTime now)
{
    std::vector<bool> is_known(found.size());
    for (WatchedDaemon& known : daemons_) {
        const auto same = [&](const SeenDaemon& one) {
            return one.facts.pid == known.seen.facts.pid ||
                   (one.trouble.empty() && identity_of(one) == identity_of(known.seen));
        };
        // A successor may be there before its predecessor has ended.
        const auto free = [&](std::size_t i) { return !is_known[i] && same(found[i]); };
        std::size_t i = 0;
        while (i < found.size() && !free(i))
            ++i;
        if (i == found.size()) {
            lose(known, "has ended", now);
            known.has_ended = true;
            continue;
        }
        is_known[i] = true;
        merge(known, found[i], now);
    }
    for (std::size_t i = 0; i < found.size(); ++i)
        if (!is_known[i])
            merge(daemons_.emplace_back(), found[i], now);
    std::erase_if(daemons_, [&](const WatchedDaemon& daemon) {
        const bool is_over = !daemon.seen.is_fleet() && now - daemon.lost_since > ended_is_shown;
        return daemon.has_ended && (is_over || daemon.seen.facts.tunnels.empty());
    });
    std::erase_if(events_, [&](const LateEvent& late) { return now - late.come > longest_look; });
    for (const LateEvent& late : events_)
        apply(late.pid, late.event);
}

void WatchedDaemons::apply(pid_t pid, const StateEvent& event)
{
    const auto daemon =
        std::ranges::find(daemons_, pid, [](const WatchedDaemon& one) { return one.seen.facts.pid; });
    if (daemon == daemons_.end())
        return;
    auto& tunnels = daemon->seen.facts.tunnels;
    const auto tunnel = std::ranges::find(tunnels, event.tunnel, &TunnelFacts::name);
    if (tunnel == tunnels.end() || (tunnel->since && *tunnel->since >= event.at))
        return;
    tunnel->state = event.state;
    tunnel->health = event.health;
    tunnel->since = event.at;
    tunnel->cause = event.cause;
    if (event.health == "up" || event.health == "stopped")
        tunnel->tries = 0;
    if (event.health != "stopped")
        tunnel->stopped.clear();
    tunnel->next_try.reset();
    tunnel->queued = 0;
}

void WatchedDaemons::take(pid_t pid, const StateEvent& event, WallTime now)
{
    if (events_.size() < most_late_events)
        events_.push_back({pid, event, now});
    apply(pid, event);
}

void WatchedDaemons::note_silence(pid_t pid, WallTime now)
{
    for (WatchedDaemon& daemon : daemons_)
        if (daemon.seen.facts.pid == pid)
            lose(daemon, "does not tell its changes any more", now);
}

std::size_t WatchedDaemons::lost() const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(daemons_, [](const WatchedDaemon& daemon) { return !daemon.lost.empty(); }));
}

}  // namespace autossh
