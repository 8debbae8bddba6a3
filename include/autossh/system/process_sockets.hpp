// The sockets of one process of ours, asked of these alone (Linux 5.6). The table of the whole system
// (tcp_table.hpp) takes milliseconds to read on a large machine, however few sockets there are.
#pragma once

#include "autossh/system/tcp_table.hpp"

#include <functional>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Gives `take` each socket of the process as a descriptor of ours, in the order of its descriptors, until it
/// says false. False: the system does not let us look: an old one, a sandbox, a process of another user's.
bool visit_sockets(pid_t process, const std::function<bool(unsigned long inode, int socket)>& take);

/// With uid and inode left out. Nothing: it is no TCP socket.
std::optional<TcpSocket> tcp_socket_of(int socket);

/// Those of TCP, in the order of its descriptors, with uid and inode left out. Nothing where the system does
/// not let us look.
std::optional<std::vector<TcpSocket>> tcp_sockets_of(pid_t process);

}  // namespace autossh
