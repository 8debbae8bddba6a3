// What an ssh-agent holds, asked by its own protocol (draft-ietf-sshm-ssh-agent). No key is touched.
#pragma once

#include "autossh/base/unique_fd.hpp"

#include <optional>
#include <string>

namespace autossh {

/// One question, which nobody waits for: asked when it is made, answered by a later look.
class AgentQuestion {
public:
    /// `socket_path`: where no agent answers there is no answer.
    explicit AgentQuestion(const std::string& socket_path);

    /// The list of its public keys, as it came, when all of it has come. Then the agent is free for others.
    std::optional<std::string> answer();

private:
    UniqueFd socket_;
    std::string received_;
};

}  // namespace autossh
