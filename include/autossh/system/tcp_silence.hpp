// How long nothing has come on a TCP connection (Linux: sock_diag).
#pragma once

#include "autossh/base/time.hpp"

#include <optional>
#include <string_view>

namespace autossh {

/// Since the last data, not counting bare acknowledgements: a kernel acknowledges also for a program that is
/// stopped. `local` and `remote` as in /proc/net/tcp and tcp6. Nothing where the system does not tell, or
/// there is no such connection.
std::optional<Duration> silence_between(std::string_view local, std::string_view remote);

}  // namespace autossh
