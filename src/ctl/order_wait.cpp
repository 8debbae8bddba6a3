#include "autossh/ctl/order_wait.hpp"

#include "autossh/ctl/columns.hpp"

#include <fmt/core.h>

namespace autossh {

OrderProgress order_progress(CtlVerb order, const TunnelFacts& before, const TunnelFacts& now)
{
    const bool is_stopped = now.health == "stopped";
    if (order == CtlVerb::stop)
        return is_stopped && now.pid == 0 ? OrderProgress::reached : OrderProgress::under_way;
    // One that gave up before is started anew by the order, and shows it by another ssh.
    if (now.state == "gave-up" && (before.state != "gave-up" || now.starts > before.starts))
        return OrderProgress::in_vain;
    const bool is_there = now.health == "up" || now.state == "degraded";
    if (order == CtlVerb::restart && now.starts <= before.starts)
        return OrderProgress::under_way;
    return is_there ? OrderProgress::reached : OrderProgress::under_way;
}

std::string progress_in_words(const TunnelFacts& tunnel, WallTime now)
{
    const std::string detail =
        tunnel.health == "up" || tunnel.health == "stopped" ? "" : detail_for_table(tunnel, now, true);
    return fmt::format("{}: {}{}{}", tunnel.name, state_for_table(tunnel), detail.empty() ? "" : ": ",
                       detail);
}

}  // namespace autossh
