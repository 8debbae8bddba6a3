// Who has a local TCP port.
#pragma once

#include "autossh/base/ip_address.hpp"
#include "autossh/system/tcp_table.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Of `sockets` those that listen on the port where somebody else cannot: on that address, or on all of its
/// kind. `address`: all if nothing is known of it.
std::vector<TcpSocket> listeners_on(std::span<const TcpSocket> sockets,
                                    const std::optional<IpAddress>& address, std::uint16_t port);

/// The first process that has one of these, as far as we may look at them, and that `is` takes.
std::optional<pid_t> process_with(const std::vector<TcpSocket>& listeners,
                                  const std::function<bool(pid_t)>& is);

/// "pid 123 (python3)"; "a process of uid 33" where we may not look at another user's processes; empty where
/// the system does not tell or nobody listens there but `own`.
std::string port_holder(const std::optional<IpAddress>& address, std::uint16_t port, pid_t own) noexcept;

}  // namespace autossh
