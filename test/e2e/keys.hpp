#pragma once

#include "e2e/sshd.hpp"

#include <string>
#include <vector>

namespace autossh_test {

/// The key that the server lets in.
std::string key_of(const Sshd& sshd);

/// The client's only identity becomes another one.
void use_identity(const Sshd& sshd, const std::string& identity);

/// A key that the server does not know.
std::string make_stranger(const Sshd& sshd);

/// An ssh-agent that lives as long as this.
class Agent {
public:
    explicit Agent(const std::filesystem::path& socket);

    /// ssh-add with these words.
    void add(const std::vector<std::string>& words) const;

private:
    std::string socket_;
    Process agent_;
};

}  // namespace autossh_test
