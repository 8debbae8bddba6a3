#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace autossh_test::outage {

using Packet = std::vector<unsigned char>;

/// What a TCP connection is known by on its way, the same in both directions.
using Flow = std::array<std::uint64_t, 2>;

bool is_ipv4(const Packet& packet);
/// Nothing: it is no TCP over IPv4.
std::optional<Flow> flow_of(const Packet& packet);
/// Of a packet that has a flow: the first of its connection (SYN without ACK).
bool begins_flow(const Packet& packet);

}  // namespace autossh_test::outage
