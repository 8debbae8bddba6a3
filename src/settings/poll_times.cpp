#include "autossh/settings/poll_times.hpp"

#include "autossh/base/numbers.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

std::vector<std::string> settle_poll_times(Settings& settings)
{
    TunnelSettings& tunnel = settings.tunnel;
    tunnel.poll_given = settings.given_poll.has_value();
    tunnel.poll = settings.given_poll.value_or(default_poll);
    tunnel.first_poll = settings.given_first_poll.value_or(tunnel.poll);
    tunnel.test_interval = settings.given_poll.value_or(tunnel.test_interval);

    std::vector<std::string> notices;
    const auto drop = [&](Duration& time, std::string_view what) {
        if (!tunnel.max_lifetime || time <= *tunnel.max_lifetime)
            return;
        time = *tunnel.max_lifetime;
        notices.push_back(fmt::format("{} time is greater than lifetime, dropping {} time to {}", what, what,
                                      in_seconds(time)));
    };
    drop(tunnel.poll, "poll");
    drop(tunnel.first_poll, "first poll");
    return notices;
}

std::optional<std::string> settle_net_timeout(TunnelSettings& settings)
{
    if (settings.poll / 2 >= settings.net_timeout)
        return std::nullopt;
    settings.net_timeout = std::max(settings.poll / 2, Duration(1));
    return fmt::format("short poll time: adjusting net timeouts to {}", settings.net_timeout.count());
}

}  // namespace autossh
