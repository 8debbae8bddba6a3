// Whether somebody has a connection open through an ssh, by the sockets that it has (Linux).
#pragma once

#include "autossh/system/tcp_table.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace autossh {

/// What an ssh has open that is nobody's use of its forwards.
struct SocketsOfItsOwn {
    std::optional<TcpConnection> to_server = std::nullopt;  ///< nothing: another process has it
    std::string directory = {};                             ///< of Unix sockets of ours; may be empty
    std::optional<std::uint16_t> test_port = std::nullopt;  ///< of the tests over ports, and the next one
};

/// A connection that a forward has taken, or made to its target, in whatever state. Nothing: the system does
/// not let us see.
std::optional<bool> carries_connections(pid_t ssh, const SocketsOfItsOwn& own);

}  // namespace autossh
