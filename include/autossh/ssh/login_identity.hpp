// What a log-in depends on here, so that equal ones of several tunnels are known. Pure.
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/ssh/config.hpp"

#include <cstdint>
#include <string>

namespace autossh {

/// The same number for two tunnels whose log-ins differ in nothing: ssh's whole answer but for its forwards
/// and the name as it was typed, the program, its environment, and the secrets. Not 0.
std::uint64_t login_identity(const SshConfig& config, const TunnelSettings& settings);

/// To which server ssh connects first: the first jump host as it is named, else the destination; "HOST PORT".
std::string first_server(const SshConfig& config);

}  // namespace autossh
