// Who has a connection to a Unix socket that a process listens on (Linux).
#pragma once

#include "autossh/system/unix_table.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// How many other processes' connections `listener` has taken at `path`, without those of ours and those
/// whose other end is closed. ssh makes its control socket under a name of its own, `path` and a dot in
/// front, and gives it that of the path. Nothing: the system does not let us see.
std::optional<std::size_t> count_of_socket_users(pid_t listener, const std::string& path);

/// The same by all that there are, of which ours are not to be told apart.
std::size_t connections_at(const std::vector<UnixSocket>& sockets, const std::string& path);

}  // namespace autossh
