#include "autossh/hook/tunnel_news.hpp"

#include "autossh/base/failure.hpp"

#include <utility>

namespace autossh {

namespace {

/// Time does not cure it.
bool is_for_person(const CauseFacts& cause)
{
    const auto failure = failure_class(cause.failure_class);
    return failure && (needs_mending(*failure) || *failure == FailureClass::bad_configuration);
}

}  // namespace

HookNews news_of(const TunnelFacts& facts, std::string_view before, WallTime at)
{
    HookNews news;
    news.at = at;
    news.tunnel = facts.name;
    news.groups = facts.groups;
    news.state = facts.state;
    news.before = before == facts.state ? "" : before;
    news.health = facts.health;
    news.cause = facts.cause;
    news.since = facts.since;
    return news;
}

std::vector<HookNews> TunnelNews::see(const TunnelFacts& facts, std::string_view before, WallTime now)
{
    std::vector<HookNews> all;
    const auto add = [&](HookEvent event) -> HookNews& {
        HookNews news = news_of(facts, before, now);
        news.event = event;
        return all.emplace_back(std::move(news));
    };
    const bool gave_up = facts.wanted && facts.state == "gave-up";
    if (gave_up && !has_given_up_)
        add(HookEvent::gave_up);
    has_given_up_ = gave_up;
    const bool is_over = facts.health == "up" || facts.state == "degraded" || !facts.wanted;
    if (!is_over && !needs_person_ && is_for_person(facts.cause)) {
        add(HookEvent::needs_person);
        needs_person_ = true;
    }
    needs_person_ = needs_person_ && !is_over;
    for (const ForwardFacts& forward : facts.forwards) {
        const std::string key = forward.kind + ' ' + forward.listen + ' ' + forward.to;
        if (forward.port && std::exchange(ports_[key], *forward.port) != *forward.port)
            add(HookEvent::port_allocated).forward = forward;
        if (forward.state == "working")
            refused_.erase(key);
        if (forward.state == "refused" && refused_.insert(key).second)
            add(HookEvent::forward_refused).forward = forward;
    }
    return all;
}

}  // namespace autossh
