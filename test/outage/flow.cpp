#include "outage/flow.hpp"

#include <algorithm>
#include <netinet/in.h>

namespace autossh_test::outage {
namespace {

constexpr std::size_t least_ip_header = 20;
constexpr std::size_t least_tcp_header = 20;

std::size_t ip_header(const Packet& packet)
{
    return static_cast<std::size_t>(packet[0] & 0x0fU) * 4;
}

/// Address and port as one number.
std::uint64_t endpoint(const Packet& packet, std::size_t address, std::size_t port)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8U | packet[address + i];
    return number << 16U | static_cast<std::uint64_t>(packet[port]) << 8U | packet[port + 1];
}

}  // namespace

bool is_ipv4(const Packet& packet)
{
    return packet.size() >= least_ip_header && packet[0] >> 4U == 4;
}

std::optional<Flow> flow_of(const Packet& packet)
{
    if (!is_ipv4(packet) || packet[9] != IPPROTO_TCP)
        return std::nullopt;
    const std::size_t tcp = ip_header(packet);
    if (packet.size() < tcp + least_tcp_header)
        return std::nullopt;
    Flow flow{endpoint(packet, 12, tcp), endpoint(packet, 16, tcp + 2)};
    std::sort(flow.begin(), flow.end());
    return flow;
}

bool begins_flow(const Packet& packet)
{
    constexpr unsigned char syn = 0x02;
    constexpr unsigned char ack = 0x10;
    return (packet[ip_header(packet) + 13] & (syn | ack)) == syn;
}

}  // namespace autossh_test::outage
