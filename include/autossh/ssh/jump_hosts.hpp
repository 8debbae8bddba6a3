// The jump hosts of ProxyJump (-J), and how ssh will run itself for each of them. Pure.
#pragma once

#include "autossh/settings/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace autossh {

struct JumpHost {
    std::string user;  ///< empty: not given
    std::string host;
    std::string port;  ///< empty: not given

    bool operator==(const JumpHost&) const = default;
};

/// From `[USER@]HOST[:PORT]` and `ssh://…`, with commas between them, as ssh -G prints it; none for "none".
std::vector<JumpHost> jump_hosts(std::string_view proxy_jump);

/// What `ssh` runs to get through this one: with the configuration file of the user's words and none of their
/// other options (ssh.c, main).
Command command_for(const JumpHost& host, const Command& ssh);

}  // namespace autossh
