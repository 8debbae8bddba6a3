#include "autossh/ctl/exit_status.hpp"

namespace autossh {

int HealthCounts::exit_status() const
{
    if (down > 0)
        return ctl_exit::down;
    return impaired > 0 ? ctl_exit::impaired : ctl_exit::up;
}

HealthCounts counts_of(std::span<const SeenDaemon> daemons)
{
    HealthCounts counts;
    for (const SeenDaemon& daemon : daemons) {
        if (!daemon.trouble.empty())
            ++counts.down;
        for (const TunnelFacts& tunnel : daemon.facts.tunnels) {
            if (tunnel.health == "up")
                ++counts.up;
            else if (tunnel.health == "impaired")
                ++counts.impaired;
            else if (tunnel.health == "stopped")
                ++counts.stopped;
            else
                ++counts.down;
        }
    }
    return counts;
}

}  // namespace autossh
