// The TCP sockets of one process of ours, asked of these alone (Linux 5.6). The table of the whole system
// (tcp_table.hpp) takes milliseconds to read on a large machine, however few sockets there are.
#pragma once

#include "autossh/system/tcp_table.hpp"

#include <optional>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Those that are connected or being connected, in the order of its descriptors, with uid and inode left out.
/// Nothing where the system does not let us look: an old one, a sandbox, a process of another user's.
std::optional<std::vector<TcpSocket>> tcp_sockets_of(pid_t process);

}  // namespace autossh
