#include "autossh/ssh/kept_ports.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

bool has_port_now(const Forward& forward)
{
    return has_port_of_servers_choice(forward) && forward.state == Forward::State::working &&
           forward.allocated != 0;
}

bool is_unique(std::span<const Forward> forwards, const Forward& one)
{
    return std::ranges::count_if(
               forwards, [&](const Forward& other) { return other.is_configured_as(*one.configured); }) == 1;
}

}  // namespace

void KeptPorts::note(std::span<const Forward> forwards, Time now, Duration limit)
{
    for (const Forward& forward : forwards) {
        if (!has_port_now(forward) || !is_unique(forwards, forward))
            continue;
        Kept* const kept = find(*forward.configured);
        if (kept == nullptr)
            kept_.push_back({.forward = *forward.configured, .port = forward.allocated});
        else if (kept->port == forward.allocated)
            kept->refused_since.reset();
        else if (kept->refused_since && now - *kept->refused_since >= limit)
            *kept = {.forward = *forward.configured, .port = forward.allocated};
    }
}

std::vector<KeptPorts::Wanted> KeptPorts::wanted(std::span<const Forward> forwards) const
{
    std::vector<Wanted> found;
    for (const Forward& forward : forwards) {
        const Kept* const kept = has_port_now(forward) ? find(*forward.configured) : nullptr;
        if (kept != nullptr && kept->port != forward.allocated && is_unique(forwards, forward))
            found.push_back({.forward = kept->forward, .has = forward.allocated, .had_once = kept->port});
    }
    return found;
}

std::optional<std::uint16_t> KeptPorts::port_of(const ConfiguredForward& forward) const
{
    const Kept* const kept = find(forward);
    return kept == nullptr ? std::nullopt : std::optional(kept->port);
}

bool KeptPorts::refused(const Wanted& wanted, Time now)
{
    Kept* const kept = find(wanted.forward);
    return kept != nullptr && !std::exchange(kept->refused_since, kept->refused_since.value_or(now));
}

KeptPorts::Kept* KeptPorts::find(const ConfiguredForward& forward)
{
    return const_cast<Kept*>(std::as_const(*this).find(forward));
}

const KeptPorts::Kept* KeptPorts::find(const ConfiguredForward& forward) const
{
    const auto found = std::ranges::find(kept_, forward, &Kept::forward);
    return found == kept_.end() ? nullptr : &*found;
}

ConfiguredForward with_port(ConfiguredForward forward, std::uint16_t port)
{
    forward.listen.port = port;
    return forward;
}

}  // namespace autossh
