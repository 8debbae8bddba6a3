#include "autossh/program/hook_news.hpp"

#include "autossh/control/selection.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

std::optional<HookEvent> event_of(LedgerEvent event)
{
    switch (event) {
    case LedgerEvent::down: return HookEvent::down;
    case LedgerEvent::up: return HookEvent::up;
    case LedgerEvent::degraded: return HookEvent::degraded;
    case LedgerEvent::whole: return HookEvent::recovered;
    default: return std::nullopt;
    }
}

/// The ledger knows why, and since when; the remedy has whoever sees the tunnel.
HookNews news_of(const LedgerEntry& entry, HookEvent event, const TunnelFacts& facts, std::string_view before)
{
    HookNews news = news_of(facts, before, entry.at);
    news.event = event;
    news.lasted = entry.number != 0 || event == HookEvent::recovered ? entry.lasted : std::nullopt;
    news.is_planned = event == HookEvent::down && entry.by == "request";
    if (event == HookEvent::down || event == HookEvent::degraded)
        news.since = entry.at;
    if (event == HookEvent::down && !entry.cause.empty() && entry.cause != news.cause.text)
        news.cause = {entry.failure_class, entry.cause, ""};
    return news;
}

}  // namespace

void HookNewsDesk::set(const std::vector<HookSettings>& hooks, std::span<const TunnelLabel> labels)
{
    for (const HookSettings& hook : hooks)
        for (const std::string& pattern : selected(labels, hook.tunnels).strange)
            log_.write(Level::warning, "hook {}: no tunnel fits \"{}\" now", hook.name, pattern);
    settings_ = hooks;
    hooks_.set(hooks);
    if (!hooks_.are_there())
        tunnels_.clear();
}

void HookNewsDesk::take(const LedgerEntry& entry)
{
    if (!are_there() || entry.tunnel.empty())
        return;
    if (entry.event == LedgerEvent::unwanted) {
        std::erase_if(entries_, [&](const LedgerEntry& its) { return its.tunnel == entry.tunnel; });
        tunnels_.erase(entry.tunnel);
        hooks_.forget(entry.tunnel);
    } else if (event_of(entry.event)) {
        entries_.push_back(entry);
    }
}

void HookNewsDesk::see_tunnel(const TunnelFacts& facts, std::string_view before)
{
    if (!are_there())
        return;
    std::vector<HookNews> change = tunnels_[facts.name].see(facts, before, std::chrono::system_clock::now());
    const auto forwards =
        std::ranges::find_if(change, [](const HookNews& news) { return news.forward.has_value(); });
    std::vector<HookNews> outages;
    for (const LedgerEntry& entry : std::exchange(entries_, {}))
        if (const auto event = event_of(entry.event); event && entry.tunnel == facts.name)
            outages.push_back(news_of(entry, *event, facts, before));
        else
            entries_.push_back(entry);
    change.insert(forwards, std::make_move_iterator(outages.begin()), std::make_move_iterator(outages.end()));
    hooks_.tell(change);
}

/// The end of a silence that nobody has heard of is told where the box has not been there before.
void HookNewsDesk::see_box(const BoxEvent& event, const StateEvent& told)
{
    const bool is_alarm = event.kind == BoxEvent::Kind::lost || event.kind == BoxEvent::Kind::back;
    if (!are_there() || !is_alarm)
        return;
    HookNews news;
    news.event = event.kind == BoxEvent::Kind::lost ? HookEvent::box_lost : HookEvent::box_back;
    news.at = told.at;
    news.box = told.box;
    news.state = told.state;
    news.before = told.before;
    news.health = told.health;
    news.cause = told.cause;
    news.since = event.kind == BoxEvent::Kind::lost ? event.last_seen : std::optional(told.at);
    if (event.last_seen)
        news.lasted = event.lasted;
    hooks_.tell({news});
}

void HookNewsDesk::see_reload(const std::string& by, const std::string& what, const std::string& mistake)
{
    if (!are_there())
        return;
    HookNews news;
    news.event = HookEvent::reload;
    news.at = std::chrono::system_clock::now();
    news.state = mistake.empty() ? "reloaded" : "not-reloaded";
    news.cause.text = mistake.empty() ? fmt::format("asked for by {}: {}", by, what) : mistake;
    if (!mistake.empty())
        news.cause.remedy = "mend the file, and reload again (autosshctl check)";
    hooks_.tell({news});
}

}  // namespace autossh
