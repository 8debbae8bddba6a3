#include "autossh/ssh/port_proof.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::uint16_t first_unprivileged = 1024;

}  // namespace

/// Below 1024 are the ports of services that hand out names (-R 80), whatever they call themselves.
bool can_be_proven(const Forward& one, std::span<const Forward> all, const SshCircumstances& server)
{
    const bool granted =
        one.kind == Forward::Kind::remote && one.state == Forward::State::working && !one.is_used;
    if (!server.is_openssh || server.has_gateway_ports || !granted || !one.configured)
        return false;
    const ForwardPlace& listen = one.configured->listen;
    const bool on_both = !listen.host || *listen.host == "localhost";
    const bool is_alone = std::ranges::count_if(all, [&](const Forward& other) {
                              return other.kind == one.kind && other.place == one.place;
                          }) == 1;
    return listen.path.empty() && listen.port >= first_unprivileged && on_both && is_alone;
}

ConfiguredForward on_address(ConfiguredForward forward, const std::string& address)
{
    forward.listen.host = address;
    return forward;
}

ConfiguredForward on_any_port(ConfiguredForward forward)
{
    forward.listen.port = 0;
    return forward;
}

PortProof port_proof(const MuxAnswer& ipv4, const MuxAnswer& ipv6, const MuxAnswer& any_port)
{
    if (ipv4.is_granted())
        return PortProof::ours;
    const bool refused = ipv4.kind == MuxAnswer::Kind::refused;
    return refused && ipv6.is_granted() && any_port.is_granted() ? PortProof::strangers : PortProof::unknown;
}

SshMessage refusal_on_ipv4(const Forward& forward)
{
    SshMessage refusal;
    refusal.kind = SshMessage::Kind::forward_refused;
    refusal.subject = forward.place;
    refusal.address = ipv4_loopback;
    refusal.failure = {FailureClass::forward_refused,
                       fmt::format("the server listens on port {} of ::1 alone", forward.place)};
    return refusal;
}

bool is_refusal_on_ipv4(const SshMessage& refusal)
{
    return refusal.kind == SshMessage::Kind::forward_refused && refusal.address == ipv4_loopback;
}

}  // namespace autossh
