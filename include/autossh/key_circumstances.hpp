// Finds out what ssh does not say: whether its agent is there, and whether a key file needs a passphrase.
#pragma once

#include "autossh/transcript.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// `agent_socket` as SSH_AUTH_SOCK or IdentityAgent name it; empty or "none": no agent is expected. Never
/// waits: a busy agent is one that can be reached. "~/" at the beginning of a path is the home directory.
KeyCircumstances key_circumstances(const std::string& agent_socket,
                                   std::span<const std::string> identity_files);

/// The agent's socket, from ssh_config(5), IdentityAgent: a path, the name of a variable, or none (empty).
std::string agent_path(const std::string& configured);

/// All files by which a refused log-in may be mended: the agent's socket, our keys, the servers' keys.
std::vector<std::string> files_of_login(const std::string& agent_socket,
                                        std::span<const std::string> key_files,
                                        std::span<const std::string> known_hosts);

}  // namespace autossh
