#pragma once

#include "autossh/system/tcp_table.hpp"

#include <span>
#include <vector>

/// Those that stand in these lines of /proc/net/tcp.
inline std::vector<autossh::TcpSocket> sockets_of(std::span<const char* const> lines)
{
    std::vector<autossh::TcpSocket> sockets;
    for (const char* const line : lines)
        if (const auto socket = autossh::tcp_socket_from(line))
            sockets.push_back(*socket);
    return sockets;
}
