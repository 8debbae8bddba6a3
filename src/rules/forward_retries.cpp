#include "autossh/rules/forward_retries.hpp"

#include "autossh/rules/held_ports.hpp"
#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

namespace {

constexpr Duration longest_to_retry = std::chrono::minutes(10);
constexpr int most_retry_doublings = 10;

}  // namespace

bool is_held_by_us(const ForwardsOfSession& forwards)
{
    return forwards.port_lost_at && forwards.logged_in_at &&
           *forwards.logged_in_at - *forwards.port_lost_at < times::dead_session;
}

Time ForwardRetries::next(const ForwardsOfSession& forwards, const TunnelSettings& settings) const
{
    const bool may_start_anew = forwards.may_be_retried && settings.restart != RestartPolicy::none;
    if (!forwards.tunnel_degraded || !may_start_anew || !forwards.logged_in_at || !forwards.some_refused)
        return never;
    const Duration pace = settings.test_interval * (1 << std::min(sessions_, most_retry_doublings));
    const Duration usual = std::min(pace, std::max(longest_to_retry, settings.test_interval));
    if (!is_held_by_us(forwards))
        return *forwards.logged_in_at + usual;
    const auto since = std::chrono::duration_cast<Duration>(*forwards.logged_in_at - *forwards.port_lost_at);
    return *forwards.logged_in_at + std::min(usual, held_port_interval(since));
}

void ForwardRetries::note_end(const ForwardsOfSession& forwards)
{
    if (forwards.some_refused && !forwards.all_refused && is_held_by_us(forwards))
        sessions_ = 0;
    else if (forwards.some_refused && !forwards.all_refused)
        ++sessions_;
    else if (forwards.came_up)
        sessions_ = 0;
}

Time IdleWatch::next_look(Time due) const
{
    return due == never ? never : std::max(due - times::idle_before_retry, next_look_);
}

void IdleWatch::looked(Time now, std::optional<bool> used)
{
    used_ = used.value_or(false);
    idle_since_ = used == false ? idle_since_.value_or(now) : std::optional<Time>();
    next_look_ = now + times::between_looks_at_use;
}

bool IdleWatch::is_idle(Time now) const
{
    return idle_since_ && now - *idle_since_ >= times::idle_before_retry;
}

}  // namespace autossh
