// Finds out what ssh does not say: whether its agent is there, and what its keys need.
#pragma once

#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/configured_keys.hpp"
#include "autossh/ssh/guarded_key.hpp"
#include "autossh/ssh/path.hpp"
#include "autossh/ssh/plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace autossh {

/// `agent_socket` as SSH_AUTH_SOCK or IdentityAgent name it; empty or "none": no agent is expected. Never
/// waits: a busy agent is one that can be reached. `now`: in seconds since 1970.
KeyCircumstances key_circumstances(const std::string& agent_socket, const ConfiguredKeys& keys,
                                   std::uint64_t now);

/// The agent's socket, from ssh_config(5), IdentityAgent: a path, the name of a variable, or none (empty).
std::string agent_path(const SshPaths& paths, const std::string& configured);
std::string agent_path(const SshPlan::Login& login);

/// What a secret may be that is for nothing in particular: the passphrase of a key, or the PIN of its token.
/// Also in doubt: where a path cannot be resolved, and a key not be read, that somebody has named.
std::vector<GuardedKey> guarded_keys(const ConfiguredKeys& keys);

/// All files by which a refused log-in may be mended, whether they are there or not: the agent's socket, our
/// keys with their certificates, Kerberos' tickets, the servers' keys.
std::vector<std::string> files_of_login(const SshPlan::Login& login);

}  // namespace autossh
