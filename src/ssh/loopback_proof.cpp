#include "autossh/ssh/loopback_proof.hpp"

#include "autossh/base/socket_address.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::uint16_t first_unprivileged = 1024;

bool is_this_machine(const std::string& host)
{
    const auto literal = SocketAddress::from_literal(host, 0);
    const auto address = literal ? ip_address_of(literal->get()) : std::nullopt;
    return host == "localhost" || (address && address->is_loopback());
}

bool listens_on_loopback(const std::optional<std::string>& bind_address)
{
    return !bind_address || bind_address->empty() || *bind_address == "*" || *bind_address == "localhost";
}

}  // namespace

/// Below 1024 are the ports of services that hand out names (-R 80), whatever they call themselves.
bool can_be_proven(const Forward& one, std::span<const Forward> all, const SshCircumstances& server)
{
    const bool granted = one.kind == Forward::Kind::remote && one.state == Forward::State::working;
    if (!server.is_openssh || !granted || one.is_used_by_ipv4 || !one.configured)
        return false;
    const ForwardPlace& listen = one.configured->listen;
    const bool is_alone = std::ranges::count_if(all, [&](const Forward& other) {
                              return other.kind == one.kind && other.place == one.place;
                          }) == 1;
    return listen.path.empty() && listen.port >= first_unprivileged && listens_on_loopback(listen.host) &&
           is_alone;
}

std::optional<std::uint16_t> target_port_here(const Forward& forward)
{
    if (!forward.configured)
        return std::nullopt;
    const ForwardPlace& target = forward.configured->target;
    const bool is_here = target.host && target.port != 0 && is_this_machine(*target.host);
    return is_here ? std::optional(target.port) : std::nullopt;
}

ForwardPlace place_to_prove(const Forward& forward)
{
    return {.host = ipv4_loopback, .port = forward.configured->listen.port, .path = ""};
}

ConfiguredForward on_loopback(ConfiguredForward forward)
{
    forward.listen.host = ipv4_loopback;
    return forward;
}

SshMessage refusal_on_loopback(const Forward& forward)
{
    SshMessage refusal;
    refusal.kind = SshMessage::Kind::forward_refused;
    refusal.subject = forward.place;
    refusal.address = ipv4_loopback;
    refusal.failure = {FailureClass::forward_refused,
                       fmt::format("the server listens on port {} for IPv6 alone", forward.place)};
    return refusal;
}

bool is_refusal_on_loopback(const SshMessage& refusal)
{
    return refusal.kind == SshMessage::Kind::forward_refused && refusal.address == ipv4_loopback;
}

}  // namespace autossh
