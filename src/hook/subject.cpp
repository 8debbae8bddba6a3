#include "autossh/hook/subject.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

/// The more a change comes to, the higher: of several that are one change the hook is told the highest.
int weight(HookEvent event)
{
    switch (event) {
    case HookEvent::degraded: return 1;
    case HookEvent::down: return 2;
    case HookEvent::needs_person: return 3;
    case HookEvent::gave_up: return 4;
    default: return 2;
    }
}

}  // namespace

bool is_trouble(HookEvent event)
{
    switch (event) {
    case HookEvent::down:
    case HookEvent::degraded:
    case HookEvent::gave_up:
    case HookEvent::needs_person:
    case HookEvent::box_lost: return true;
    default: return false;
    }
}

bool hears_of(const HookSettings& hook, HookEvent event)
{
    return hook.is_on(event) || (event == HookEvent::down && hook.is_on(HookEvent::fleet_down));
}

std::optional<HookNews> HookSubject::take(const HookSettings& hook, const HookNews& news, Time now)
{
    switch (news.event) {
    case HookEvent::up:
    case HookEvent::recovered:
    case HookEvent::box_back: return take_end(hook, news);
    default: break;
    }
    if (is_trouble(news.event))
        return take_trouble(hook, news, now);
    return hook.is_on(news.event) ? std::optional(news) : std::nullopt;
}

std::optional<HookNews> HookSubject::take_trouble(const HookSettings& hook, const HookNews& news, Time now)
{
    const Duration patience = news.is_planned ? std::max(hook.after, patience_if_planned) : hook.after;
    if (pending_) {
        const bool is_worse =
            weight(news.event) > weight(pending_->event) || !hears_of(hook, pending_->event);
        if (is_worse && hears_of(hook, news.event)) {
            const auto since = pending_->since;
            pending_ = news;
            pending_->since = since ? since : news.since;
        }
        return std::nullopt;
    }
    const bool is_another = told_ == HookEvent::degraded && news.event != HookEvent::degraded;
    if (told_ && !is_another) {
        if (!hears_of(hook, news.event) || (heard_ && weight(news.event) <= weight(*heard_)))
            return std::nullopt;
        told_ = heard_ = news.event;
        return news;
    }
    pending_ = news;
    due_ = now + patience;
    return patience == Duration::zero() ? come_due(hook) : std::nullopt;
}

std::optional<HookNews> HookSubject::come_due(const HookSettings& hook)
{
    if (!pending_)
        return std::nullopt;
    HookNews news = *std::exchange(pending_, std::nullopt);
    told_ = news.event;
    heard_.reset();
    if (!hears_of(hook, news.event))
        return std::nullopt;
    heard_ = news.event;
    return news;
}

/// Of trouble that nobody was told of the end is not told, either; but a tunnel that comes up does come up.
std::optional<HookNews> HookSubject::take_end(const HookSettings& hook, HookNews news)
{
    const bool was_short = pending_.has_value();
    const bool was_told = told_.has_value();
    pending_.reset();
    told_.reset();
    heard_.reset();
    if (news.event == HookEvent::box_back)
        return hook.is_on(news.event) && (was_told || !was_short) ? std::optional(std::move(news))
                                                                  : std::nullopt;
    if (was_told && hook.is_on(HookEvent::recovered)) {
        news.event = HookEvent::recovered;
        return news;
    }
    return news.event == HookEvent::up && hook.is_on(HookEvent::up) ? std::optional(std::move(news))
                                                                    : std::nullopt;
}

}  // namespace autossh
