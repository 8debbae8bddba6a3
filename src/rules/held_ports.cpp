#include "autossh/rules/held_ports.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

void HeldPorts::note_lost(const std::vector<std::string>& ports, Time now)
{
    for (const std::string& port : ports)
        lost_[port] = now;
}

std::optional<Time> HeldPorts::lost_at(const std::vector<std::string>& refused) const
{
    std::optional<Time> last;
    for (const std::string& port : refused) {
        if (port.starts_with('/'))
            continue;
        const auto found = lost_.find(port);
        const std::optional<Time> lost = found != lost_.end() ? std::optional(found->second) : booted_;
        last = std::max(last, lost);  // nothing is less than any
    }
    return last;
}

Duration held_port_interval(Duration since_loss)
{
    return std::clamp(since_loss / 20, times::held_port_interval, times::longest_port_interval);
}

Duration strange_port_interval(int refusals)
{
    constexpr int most_doublings = 10;
    return std::min(times::held_port_interval * (1 << std::min(refusals, most_doublings)),
                    times::longest_port_interval);
}

}  // namespace autossh
