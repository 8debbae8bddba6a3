#include "autossh/hook/hook_plan.hpp"

#include "autossh/control/selection.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

/// Of what a script does for each tunnel (a route, a name) nothing is put together.
bool is_batched(HookEvent event)
{
    return is_trouble(event) || event == HookEvent::recovered || event == HookEvent::box_back;
}

std::string pace_key(const HookNews& news)
{
    std::string key = subject_of(news);
    if (news.forward)
        key += '\n' + std::string(name(news.event)) + '\n' + news.forward->kind + news.forward->listen +
               news.forward->name;
    return key;
}

void keep_earliest(std::optional<Time>& earliest, std::optional<Time> other)
{
    if (other && (!earliest || *other < *earliest))
        earliest = other;
}

}  // namespace

/// What is told at one moment: calls about one, and groups of the same event, which stay open until something
/// else is to be told of one of theirs.
class HookPlan::Moment {
public:
    Moment(HookPlan& plan, std::vector<HookCall>& calls) : plan_(plan), calls_(calls) {}

    void add(HookNews news)
    {
        const std::string subject = subject_of(news);
        while (true) {
            const auto other = std::ranges::find_if(groups_, [&](const Group& group) {
                return group.event != news.event && group.subjects.contains(subject);
            });
            if (other == groups_.end())
                break;
            close(*other);
            groups_.erase(other);
        }
        if (plan_.settings_->batch == Duration::zero() || !is_batched(news.event)) {
            calls_.push_back({plan_.settings_, news.event, {std::move(news)}});
            return;
        }
        auto group = std::ranges::find(groups_, news.event, &Group::event);
        if (group == groups_.end())
            group = groups_.insert(groups_.end(), Group{news.event});
        group->subjects[subject] = true;
        group->news.push_back(std::move(news));
    }

    void end()
    {
        for (Group& group : groups_)
            close(group);
    }

private:
    struct Group {
        HookEvent event;
        std::vector<HookNews> news = {};
        std::map<std::string, bool, std::less<>> subjects = {};
    };

    void close(Group& group)
    {
        const bool is_down = group.event == HookEvent::down;
        if (group.news.size() > most_alone) {
            calls_.push_back(
                {plan_.settings_, is_down ? HookEvent::fleet_down : group.event, std::move(group.news)});
            return;
        }
        for (HookNews& news : group.news) {
            if (is_down && !plan_.settings_->is_on(HookEvent::down))
                plan_.was_not_told(subject_of(news));
            else
                calls_.push_back({plan_.settings_, group.event, {std::move(news)}});
        }
    }

    HookPlan& plan_;
    std::vector<HookCall>& calls_;
    std::list<Group> groups_;
};

bool HookPlan::is_about(const HookNews& news) const
{
    const std::string& its_name = news.tunnel.empty() ? news.box : news.tunnel;
    if (settings_->tunnels.empty() || its_name.empty())
        return true;
    const TunnelLabel label{its_name, news.groups};
    return !selected(std::span(&label, 1), settings_->tunnels).names.empty();
}

void HookPlan::take(const HookNews& news, Time now)
{
    if (!is_about(news))
        return;
    const std::string subject = subject_of(news);
    // Who is told of many alone need not know of one that is up again before they are counted.
    if (news.event == HookEvent::up && !settings_->is_on(HookEvent::down))
        drop_from_batch(subject);
    HookSubject& its = subjects_[subject];
    if (auto told = its.take(*settings_, news, now))
        tell(std::move(*told), now);
    if (const auto same = subjects_.find(subject); same->second.is_idle())
        subjects_.erase(same);
}

void HookPlan::drop_from_batch(const std::string& subject)
{
    const auto is_its = [&](const Item& item) {
        return item.news.event == HookEvent::down && subject_of(item.news) == subject;
    };
    if (std::erase_if(items_, is_its) > 0)
        was_not_told(subject);
}

void HookPlan::was_not_told(const std::string& subject)
{
    if (const auto its = subjects_.find(subject); its != subjects_.end())
        its->second.was_not_told();
}

void HookPlan::tell(HookNews news, Time now)
{
    if (settings_->every == Duration::zero() || news.event == HookEvent::reload)
        return add(std::move(news), now);
    const auto [found, is_new] = paces_.try_emplace(pace_key(news));
    Pace& pace = found->second;
    if (!is_new && now < pace.last + settings_->every) {
        pace.held = std::move(news);
        return;
    }
    pace = {now, news.event, std::nullopt};
    add(std::move(news), now);
}

/// What is told of a tunnel comes in the order in which it has happened.
void HookPlan::add(HookNews news, Time now)
{
    Time release = now;
    if (settings_->batch > Duration::zero() && is_batched(news.event)) {
        Time& window = windows_[news.event];
        if (window <= now)
            window = now + settings_->batch;
        release = window;
    }
    for (const Item& item : items_)
        if (item.release > release && item.news.tunnel == news.tunnel && item.news.box == news.box)
            release = item.release;
    items_.push_back({std::move(news), release});
}

void HookPlan::come_due(Time now)
{
    for (auto& [subject, its] : subjects_)
        if (its.due() && *its.due() <= now)
            if (auto news = its.come_due(*settings_))
                tell(std::move(*news), now);
    for (auto at = paces_.begin(); at != paces_.end();) {
        Pace& pace = at->second;
        if (now < pace.last + settings_->every) {
            ++at;
            continue;
        }
        // How the flapping has ended; unless that is what was told before it began.
        if (pace.held && (pace.held->forward || pace.held->event != pace.told)) {
            HookNews news = *std::exchange(pace.held, std::nullopt);
            pace = {now, news.event, std::nullopt};
            add(std::move(news), now);
            ++at;
        } else {
            at = paces_.erase(at);
        }
    }
}

void HookPlan::forget(const std::string& subject)
{
    if (const auto its = subjects_.find(subject); its != subjects_.end())
        subjects_.erase(its);
    std::erase_if(paces_, [&](const auto& pace) {
        return pace.first == subject || pace.first.starts_with(subject + '\n');
    });
}

void HookPlan::finish(bool pending)
{
    const Time at_once{};
    for (auto& [subject, its] : subjects_)
        if (pending)
            if (auto news = its.come_due(*settings_))
                add(std::move(*news), at_once);
    for (auto& [key, pace] : paces_)
        if (pace.held && (pace.held->forward || pace.held->event != pace.told))
            add(std::move(*pace.held), at_once);
    subjects_.clear();
    paces_.clear();
    for (Item& item : items_)
        item.release = at_once;
}

void HookPlan::take_calls(Time now, std::vector<HookCall>& calls)
{
    come_due(now);
    for (;;) {
        const auto first = std::ranges::min_element(items_, {}, &Item::release);
        if (first == items_.end() || first->release > now)
            return;
        const Time release = first->release;
        Moment moment(*this, calls);
        for (auto at = items_.begin(); at != items_.end();) {
            if (at->release != release) {
                ++at;
                continue;
            }
            moment.add(std::move(at->news));
            at = items_.erase(at);
        }
        moment.end();
    }
}

std::optional<Time> HookPlan::next() const
{
    std::optional<Time> earliest;
    for (const Item& item : items_)
        keep_earliest(earliest, item.release);
    for (const auto& [subject, its] : subjects_)
        keep_earliest(earliest, its.due());
    for (const auto& [key, pace] : paces_)
        if (pace.held)
            keep_earliest(earliest, pace.last + settings_->every);
    return earliest;
}

}  // namespace autossh
