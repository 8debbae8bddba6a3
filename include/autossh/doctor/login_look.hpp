// One log-in with the user's own ssh, when it was asked for: what ssh says of it, which of the forwards the
// server grants, and what its sshd is set up to do, as far as it lets us read that.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/doctor/login_check.hpp"
#include "autossh/ssh/config.hpp"

#include <string>
#include <vector>

namespace autossh {

struct LoginResult {
    LoginLook look = {};
    std::vector<AskedForward> asked = {};
    ServerSettings settings = {};
};

/// Logs in by `ssh` without its forwards, and without a session; asks over that connection for each of
/// `remote` (values of RemoteForward, as ssh -G has them), runs a command that reads sshd's configuration
/// unless our key has one of its own, and ends it. Nobody is asked anything.
LoginResult look_at_login(const Command& ssh, const SshConfig& config,
                          const std::vector<std::string>& remote);

}  // namespace autossh
