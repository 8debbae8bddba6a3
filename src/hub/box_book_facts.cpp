// The part of BoxBook that is about what others are told, and what is kept.
#include "autossh/hub/box_book.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

std::string with_name(std::string text, const std::string& name)
{
    constexpr std::string_view variable = "{name}";
    for (std::size_t at = 0; (at = text.find(variable, at)) != text.npos; at += name.size())
        text.replace(at, variable.size(), name);
    return text;
}

std::optional<Seconds> in_facts(const std::optional<Duration>& time)
{
    return time ? std::optional<Seconds>(*time) : std::nullopt;
}

bool is_within_a_day(WallTime time, WallTime now)
{
    return time > now - std::chrono::hours(24) && time <= now;
}

std::string health_of(const Box& box, BoxState state, Time now, const HubSettings& rules)
{
    const bool has_intruder = box.wrong_told && now - *box.wrong_told < box.cadence.lost_after(rules);
    switch (state) {
    case BoxState::lost: return "down";
    case BoxState::unexpected: return "stopped";
    case BoxState::late:
    case BoxState::awaited: return "impaired";
    case BoxState::alive: break;
    }
    return has_intruder || box.reached == false ? "impaired" : "up";
}

}  // namespace

void BoxBook::restore(const std::vector<BoxFacts>& boxes,
                      const std::function<std::optional<uid_t>(const std::string&)>& uid_of)
{
    for (const BoxFacts& kept : boxes) {
        const bool is_forgotten = kept.last_seen && *kept.last_seen + rules_.forget <= begin_.wall;
        if (kept.name.empty() || (!by_name_.contains(kept.name) && (!kept.last_seen || is_forgotten)))
            continue;
        Box* const box = box_of(kept.name, begin_);
        if (box == nullptr)
            continue;
        box->last_seen = kept.last_seen;
        if (!box->is_unexpected)
            box->lost_since = kept.lost_since;
        // A clock that stood wrong when it was kept must not make us wait for years.
        if (kept.longest && kept.longest->count() >= 0 && *kept.longest < std::chrono::hours(24 * 30))
            box->cadence.note(std::chrono::duration_cast<Duration>(*kept.longest), false);
        box->node = kept.node;
        box->pid = kept.pid;
        box->uid = uid_of(kept.account);
        box->beats = kept.beats;
        for (const WallTime gap : kept.gaps)
            if (is_within_a_day(gap, begin_.wall))
                box->gaps.push_back(gap);
        box->wrong_uid = uid_of(kept.wrong_account);
        box->wrong_at = kept.wrong_at;
        box->wrong_times = kept.wrong_times;
        box->told = box->state_at(begin_.now, rules_);
    }
}

std::string BoxBook::forget(const std::string& box)
{
    const auto found = boxes_.find(box);
    if (found == boxes_.end())
        return "there is no such box";
    if (by_name_.contains(box))
        return "it is in \"expect\" of the file, and would be missed again at once: take it out there, and "
               "reload";
    boxes_.erase(found);
    return {};
}

void BoxBook::note_probe(const std::string& box, const std::string& unreached)
{
    const auto found = boxes_.find(box);
    if (found == boxes_.end())
        return;
    found->second.reached = unreached.empty();
    found->second.unreached = unreached;
}

std::vector<std::pair<std::string, std::string>> BoxBook::probes() const
{
    std::vector<std::pair<std::string, std::string>> probes;
    for (const auto& [name, box] : boxes_) {
        const std::string& place = box.expected ? box.expected->probe : rules_.probe;
        // Of a pattern the name is whatever somebody sends: it must not lead to another directory.
        const bool is_fit = name.find('/') == name.npos && name != "." && name != "..";
        if (!place.empty() && !box.is_unexpected && is_fit)
            probes.emplace_back(name, with_name(place, name));
    }
    return probes;
}

BoxFacts BoxBook::facts_of(const Box& box, HubTime at,
                           const std::function<std::string(uid_t)>& account_of) const
{
    const BoxState state = box.state_at(at.now, rules_);
    BoxFacts facts{.name = box.name,
                   .state = std::string(name(state)),
                   .health = health_of(box, state, at.now, rules_),
                   .is_expected = !box.is_unexpected,
                   .last_seen = box.last_seen,
                   .lost_since = box.lost_since,
                   .every = in_facts(box.cadence.every()),
                   .longest = in_facts(box.cadence.longest()),
                   .late_after = in_facts(box.cadence.late_after(rules_)),
                   .lost_after = in_facts(box.cadence.lost_after(rules_)),
                   .account = box.uid ? account_of(*box.uid) : "",
                   .belongs_to = box.expected ? box.expected->account : "",
                   .node = box.node,
                   .pid = box.pid,
                   .beats = box.beats,
                   .reached = box.reached,
                   .unreached = box.unreached,
                   .wrong_account = box.wrong_uid ? account_of(*box.wrong_uid) : "",
                   .wrong_at = box.wrong_at,
                   .wrong_times = box.wrong_times};
    if (box.wrong_at && !box.wrong_uid)
        facts.wrong_account = "unknown";
    std::ranges::copy_if(box.gaps, std::back_inserter(facts.gaps),
                         [&](WallTime gap) { return is_within_a_day(gap, at.wall); });
    return facts;
}

std::vector<BoxFacts> BoxBook::facts(HubTime at, const std::function<std::string(uid_t)>& account_of) const
{
    std::vector<BoxFacts> facts;
    for (const auto& [name, box] : boxes_)
        facts.push_back(facts_of(box, at, account_of));
    return facts;
}

std::optional<BoxFacts> BoxBook::facts_of(const std::string& box, HubTime at,
                                          const std::function<std::string(uid_t)>& account_of) const
{
    const auto found = boxes_.find(box);
    return found == boxes_.end() ? std::nullopt : std::optional(facts_of(found->second, at, account_of));
}

std::size_t BoxBook::lost() const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(boxes_, [](const auto& entry) { return entry.second.told == BoxState::lost; }));
}

}  // namespace autossh
