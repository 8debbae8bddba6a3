// Who has a local TCP port.
#pragma once

#include <cstdint>
#include <string>

namespace autossh {

/// "pid 123 (python3)"; "a process of uid 33" where we may not look at another user's processes; empty where
/// the system does not tell or nobody listens.
std::string port_holder(std::uint16_t port) noexcept;

}  // namespace autossh
