// Gathers what the rules judge, each by one look that changes nothing.
#pragma once

#include "autossh/doctor/client_check.hpp"
#include "autossh/doctor/key_check.hpp"
#include "autossh/doctor/patient.hpp"
#include "autossh/doctor/place_check.hpp"
#include "autossh/doctor/rival_check.hpp"
#include "autossh/doctor/server_check.hpp"
#include "autossh/ssh/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// The program, by running it with -V.
ClientLook look_at_client(const Settings& settings);
/// Asks `ssh` what it will do. `complaint`: what it says instead.
std::optional<SshConfig> ask_configuration(const Command& ssh, Failure& complaint);

/// A look-up of the name, one TCP connection, and its first line.
ServerLook look_at_server(const SshConfig& config);
/// Of each, in their order, and of many at a time: one that says nothing takes ten seconds.
std::vector<ServerLook> look_at_servers(const std::vector<const SshConfig*>& configs);
/// Asks ssh-keygen, beside `ssh` or in PATH.
HostKeyLook look_at_host_key(const SshConfig& config, const std::string& ssh);

KeysLook look_at_keys(const Patient& patient, const SshConfig& config);

/// Of -L, -D and -M.
std::vector<PlaceLook> look_at_places(const Patient& patient, const SshConfig& config);

/// Every ssh of our user's but those of `keeper`, and what other autosshs have written down.
std::vector<OtherClient> look_for_others(pid_t keeper);

}  // namespace autossh
