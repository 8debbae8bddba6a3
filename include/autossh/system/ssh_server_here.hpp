// Whether a server of ssh on this machine can be connected to, without a log-in, and nobody minds (Linux).
#pragma once

#include "autossh/system/tcp_table.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace autossh {

enum class SshServerHere {
    none,  ///< nobody listens there, or it is something else, or it would end by that
    busy,  ///< so many have come and gone within a minute that one more might have it shut out this address
    ready,
};

/// By who has the port, or, where we may not look at that process, by the port itself, 22.
SshServerHere ssh_server_here(std::uint16_t port) noexcept;

/// The connections from loopback to this port here that are closed, or about to be: Linux keeps those for a
/// minute, and sshd's penalties are for an address.
std::size_t closed_connections(std::span<const TcpSocket> sockets, std::uint16_t port);

/// By its words, or what sshd shows in their place: it serves one connection, and ends (sshd -d).
bool serves_one_connection(const std::vector<std::string>& words);

}  // namespace autossh
