#include "autossh/hub/box_book.hpp"

#include <algorithm>
#include <utility>

#include <fnmatch.h>

namespace autossh {

namespace {

/// Of a wrong account of one box: what repeats itself is told again after this.
constexpr Duration between_warnings = std::chrono::hours(1);
constexpr auto gaps_count_for = std::chrono::hours(24);
constexpr std::size_t most_gaps_kept = 100;

void note_gap(Box& box, WallTime at)
{
    std::erase_if(box.gaps, [at](WallTime gap) { return gap <= at - gaps_count_for; });
    if (box.gaps.size() == most_gaps_kept)
        box.gaps.erase(box.gaps.begin());
    box.gaps.push_back(at);
}

bool is_wrong(const ExpectedBox& expected, std::optional<uid_t> uid)
{
    return !expected.account.empty() && (!uid || uid != expected.uid);
}

Duration length_of(WallTime from, WallTime to)
{
    return std::max(Duration(0), std::chrono::duration_cast<Duration>(to - from));
}

}  // namespace

BoxBook::BoxBook(const HubSettings& rules, HubTime begin) : begin_(begin)
{
    set_rules(rules, begin);
}

void BoxBook::set_rules(const HubSettings& rules, HubTime at)
{
    rules_ = rules;
    by_name_.clear();
    for (std::size_t i = 0; i < rules_.expect.size(); ++i)
        if (!rules_.expect[i].is_pattern())
            by_name_.emplace(rules_.expect[i].name, i);
    for (auto& [name, box] : boxes_)
        set_expected(box);
    std::erase_if(boxes_, [](const auto& box) { return box.second.is_unexpected && !box.second.last_seen; });
    insert_expected(at.now);
}

std::optional<ExpectedBox> BoxBook::expected_by_file(const std::string& name) const
{
    if (const auto found = by_name_.find(name); found != by_name_.end())
        return rules_.expect[found->second];
    for (const ExpectedBox& box : rules_.expect)
        if (box.is_pattern() && ::fnmatch(box.name.c_str(), name.c_str(), 0) == 0)
            return box;
    return std::nullopt;
}

void BoxBook::set_expected(Box& box) const
{
    box.expected = expected_by_file(box.name);
    box.is_unexpected = !rules_.expect.empty() && !box.expected;
    if (box.is_unexpected)
        box.lost_since.reset();
}

void BoxBook::insert_expected(Time counted_from)
{
    for (const auto& [name, index] : by_name_) {
        if (boxes_.contains(name) || !make_room(true))
            continue;
        Box& box = boxes_[name];
        box.name = name;
        box.counted_from = counted_from;
        set_expected(box);
    }
}

/// One that nobody waits for gives way to one that somebody does: the one that was seen last before all
/// others. Where all are welcome, that is one whose name came only once: of names that somebody makes up a
/// box that beats must not suffer.
bool BoxBook::make_room(bool for_expected)
{
    if (boxes_.size() < HubSettings::most_boxes)
        return true;
    auto oldest = boxes_.end();
    for (auto box = boxes_.begin(); for_expected && box != boxes_.end(); ++box)
        if ((box->second.is_unexpected || (rules_.expect.empty() && box->second.beats <= 1)) &&
            (oldest == boxes_.end() || box->second.counted_from < oldest->second.counted_from))
            oldest = box;
    if (oldest == boxes_.end())
        return false;
    boxes_.erase(oldest);
    return true;
}

/// A name that is not known becomes no box by it: it would be missed.
std::vector<BoxEvent> BoxBook::strangers_with(const std::string& name, const ExpectedBox& expected,
                                              std::optional<uid_t> uid, HubTime at)
{
    if (strangers_told_ && at.now - *strangers_told_ < between_warnings)
        return {};
    strangers_told_ = at.now;
    return {{.kind = BoxEvent::Kind::wrong_account, .box = name, .uid = uid, .belongs_to = expected.account}};
}

/// Null: there is no room for it.
Box* BoxBook::box_of(const std::string& name, HubTime at)
{
    if (const auto found = boxes_.find(name); found != boxes_.end())
        return &found->second;
    const auto expected = expected_by_file(name);
    if (!make_room(expected || rules_.expect.empty()))
        return nullptr;
    Box& box = boxes_[name];
    box.name = name;
    box.counted_from = at.now;
    set_expected(box);
    box.told = box.state_at(at.now, rules_);
    return &box;
}

BoxEvent BoxBook::wrong_account(Box& box, std::optional<uid_t> uid, HubTime at)
{
    box.wrong_uid = uid;
    box.wrong_at = at.wall;
    ++box.wrong_times;
    return {.kind = BoxEvent::Kind::wrong_account,
            .box = box.name,
            .before = box.told,
            .state = box.told,
            .last_seen = box.last_seen,
            .uid = uid,
            .belongs_to = box.expected->account};
}

std::vector<BoxEvent> BoxBook::take(const Beat& beat, std::optional<uid_t> uid, HubTime at)
{
    if (!boxes_.contains(beat.box))
        if (const auto expected = expected_by_file(beat.box); expected && is_wrong(*expected, uid))
            return strangers_with(beat.box, *expected, uid, at);
    Box* const known = box_of(beat.box, at);
    if (known == nullptr) {
        ++not_kept_;
        return {};
    }
    Box& box = *known;
    if (box.expected && is_wrong(*box.expected, uid)) {
        const bool is_new =
            !box.wrong_told || box.wrong_uid != uid || at.now - *box.wrong_told >= between_warnings;
        BoxEvent event = wrong_account(box, uid, at);
        if (!is_new)
            return {};
        box.wrong_told = at.now;
        return {std::move(event)};
    }
    ++beats_;
    ++box.beats;
    BoxEvent event{.box = box.name, .before = box.told, .last_seen = box.last_seen};
    // It may come just before its time is looked at.
    const bool was_lost = box.state_at(at.now, rules_) == BoxState::lost;
    if (box.last_seen)
        event.lasted = length_of(*box.last_seen, at.wall);
    if (!box.is_awaited)
        box.cadence.note(std::chrono::duration_cast<Duration>(at.now - box.counted_from), was_lost);
    box.is_awaited = false;
    box.counted_from = at.now;
    box.last_seen = at.wall;
    box.lost_since.reset();
    box.node = beat.node;
    box.pid = beat.pid;
    box.uid = uid;
    box.told = event.state = box.state_at(at.now, rules_);
    event.kind = event.before == BoxState::lost ? BoxEvent::Kind::back : BoxEvent::Kind::changed;
    const bool is_news = event.state != event.before || !event.last_seen;
    return is_news ? std::vector<BoxEvent>{std::move(event)} : std::vector<BoxEvent>();
}

std::vector<BoxEvent> BoxBook::look(HubTime at)
{
    std::vector<BoxEvent> events;
    for (auto& [name, box] : boxes_) {
        const BoxState before = box.told;
        box.told = box.state_at(at.now, rules_);
        if (box.told == before)
            continue;
        BoxEvent event{.box = name, .before = before, .state = box.told, .last_seen = box.last_seen};
        if (box.last_seen)
            event.lasted = length_of(*box.last_seen, at.wall);
        const bool was_well = before == BoxState::alive || before == BoxState::awaited;
        if (was_well && (box.told == BoxState::late || box.told == BoxState::lost))
            note_gap(box, at.wall);
        if (box.told == BoxState::lost) {
            event.kind = BoxEvent::Kind::lost;
            box.lost_since = at.wall;
        }
        events.push_back(std::move(event));
    }
    std::erase_if(boxes_, [&](const auto& entry) {
        const Box& box = entry.second;
        const bool may_go = box.told == BoxState::lost || box.told == BoxState::unexpected;
        return may_go && !by_name_.contains(entry.first) && box.last_seen &&
               at.now - box.counted_from >= std::min<Duration>(rules_.forget, std::chrono::hours(1)) &&
               *box.last_seen + rules_.forget <= at.wall;
    });
    return events;
}

Time BoxBook::next_look() const
{
    Time next = never;
    for (const auto& [name, box] : boxes_)
        next = std::min(next, box.next_change(rules_));
    return next;
}

Time BoxBook::next_look_of(const std::string& box) const
{
    const auto found = boxes_.find(box);
    return found == boxes_.end() ? never : found->second.next_change(rules_);
}

void BoxBook::was_away(HubTime at)
{
    for (auto& [name, box] : boxes_) {
        box.counted_from = at.now;
        box.is_awaited = true;
    }
}

}  // namespace autossh
