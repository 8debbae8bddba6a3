#include "autossh/ledger/outage_list.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace autossh {

OutageFacts* OutageList::open_of(const std::string& tunnel)
{
    const auto found = open_.find(tunnel);
    if (found == open_.end() || found->second < dropped_)
        return nullptr;
    return &outages_[static_cast<std::size_t>(found->second - dropped_)];
}

OutageFacts& OutageList::add(OutageFacts outage)
{
    if (outages_.size() >= most_) {
        newest_dropped_ = std::max(newest_dropped_.value_or(WallTime::min()), outages_.front().began);
        outages_.pop_front();
        ++dropped_;
    }
    return outages_.emplace_back(std::move(outage));
}

/// Where no length is told, the clock on the wall has to do.
void OutageList::end(OutageFacts& outage, const LedgerEntry& entry, const char* how)
{
    outage.end = how;
    outage.lasted = entry.lasted ? *entry.lasted : std::max(Seconds(0), Seconds(entry.at - outage.began));
    outage.tries = entry.tries;
    open_.erase(entry.tunnel);
}

void OutageList::take(const LedgerEntry& entry)
{
    OutageFacts* const open = open_of(entry.tunnel);
    switch (entry.event) {
    case LedgerEvent::down:
        if (open != nullptr)
            end(*open, entry, "unwatched");
        add({.tunnel = entry.tunnel,
             .number = entry.number,
             .began = entry.at,
             .failure_class = entry.failure_class,
             .cause = entry.cause,
             .by = entry.by});
        open_[entry.tunnel] = dropped_ + outages_.size() - 1;
        break;
    case LedgerEvent::up:
        if (open != nullptr)
            end(*open, entry, "up");
        else if (entry.lasted)  // it began in what is not read any more
            end(add({.tunnel = entry.tunnel,
                     .number = entry.number,
                     .began = entry.at - std::chrono::duration_cast<WallTime::duration>(*entry.lasted)}),
                entry, "up");
        break;
    case LedgerEvent::unwanted:
        if (open != nullptr)
            end(*open, entry, "unwanted");
        break;
    case LedgerEvent::unwatched:
        if (open != nullptr)
            end(*open, entry, "unwatched");
        break;
    default: break;
    }
}

void OutageList::end_all(WallTime at, const std::optional<Seconds>& most)
{
    for (const auto& [tunnel, place] : std::exchange(open_, {}))
        if (place >= dropped_) {
            OutageFacts& outage = outages_[static_cast<std::size_t>(place - dropped_)];
            outage.end = "unwatched";
            outage.lasted = std::max(Seconds(0), Seconds(at - outage.began));
            if (most)
                outage.lasted = std::min(*outage.lasted, *most);
        }
}

std::vector<OutageFacts> OutageList::since(WallTime since, WallTime now,
                                           const std::function<bool(const std::string&)>& is_meant) const
{
    std::vector<OutageFacts> found;
    for (const OutageFacts& outage : outages_) {
        if (!is_meant(outage.tunnel))
            continue;
        OutageFacts facts = outage;
        if (facts.end.empty())
            facts.lasted = std::max(Seconds(0), Seconds(now - facts.began));
        if (facts.end.empty() || Seconds(since - facts.began) <= facts.lasted.value_or(Seconds(0)))
            found.push_back(std::move(facts));
    }
    return found;
}

OutagesFacts outages_facts(const OutagesQuestion& question, const std::vector<std::string>& tunnels,
                           const std::map<std::string, TunnelSums, std::less<>>& sums,
                           const OutageList& outages, WallTime now)
{
    const auto back = std::chrono::duration_cast<TunnelSums::Length>(question.back);
    OutagesFacts facts{.since = std::max(now - back, WallTime()), .until = now};
    const std::set<std::string_view> meant(tunnels.begin(), tunnels.end());
    facts.outages =
        outages.since(facts.since, now, [&](const std::string& name) { return meant.contains(name); });
    if (question.unplanned)
        std::erase_if(facts.outages, [](const OutageFacts& outage) { return outage.is_planned(); });
    facts.is_cut = outages.is_cut(facts.since);
    for (const std::string& tunnel : tunnels) {
        const auto found = sums.find(tunnel);
        const TunnelSums its = found == sums.end() ? TunnelSums() : found->second;
        facts.tunnels.push_back({tunnel,
                                 its.availability(now, question.unplanned ? TunnelSums::Outages::unplanned
                                                                          : TunnelSums::Outages::all),
                                 its.watched(now, back)});
    }
    return facts;
}

}  // namespace autossh
