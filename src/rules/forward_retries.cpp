#include "autossh/rules/forward_retries.hpp"

#include <algorithm>

namespace autossh {

namespace {

constexpr Duration longest_to_retry = std::chrono::minutes(10);
constexpr int most_retry_doublings = 10;

}  // namespace

Time ForwardRetries::next(const ForwardsOfSession& forwards, const TunnelSettings& settings) const
{
    const bool may_start_anew = forwards.may_be_retried && settings.restart != RestartPolicy::none;
    if (!forwards.tunnel_degraded || !may_start_anew || !forwards.logged_in_at || !forwards.some_refused)
        return never;
    const Duration pace = settings.test_interval * (1 << std::min(sessions_, most_retry_doublings));
    return *forwards.logged_in_at + std::min(pace, std::max(longest_to_retry, settings.test_interval));
}

void ForwardRetries::note_end(const ForwardsOfSession& forwards)
{
    if (forwards.some_refused && !forwards.all_refused)
        ++sessions_;
    else if (forwards.came_up)
        sessions_ = 0;
}

}  // namespace autossh
