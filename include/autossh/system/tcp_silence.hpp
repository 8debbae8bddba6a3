// What the system tells of one TCP connection (Linux: sock_diag): how long nothing has come on it, and whose
// it is.
#pragma once

#include "autossh/base/time.hpp"

#include <optional>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Since the last data, not counting bare acknowledgements: a kernel acknowledges also for a program that is
/// stopped. `local` and `remote` as in /proc/net/tcp and tcp6. Nothing where the system does not tell, or
/// there is no such connection.
std::optional<Duration> silence_between(std::string_view local, std::string_view remote);

/// Whose the socket is that is connected so, if that is open still. Nothing as above.
std::optional<uid_t> owner_between(std::string_view local, std::string_view remote);

}  // namespace autossh
