#pragma once

#include "e2e/support/sshd.hpp"

#include <string>
#include <vector>

namespace autossh_test {

/// The key that the server lets in.
std::string key_of(const Sshd& sshd);

/// The client's only identity becomes another one.
void use_identity(const Sshd& sshd, const std::string& identity);

/// A key that the server does not know.
std::string make_stranger(const Sshd& sshd);

/// Makes a key with a passphrase in the server's directory, which the server does not know.
/// `type`: as ssh-keygen has it after -t. Gives its path.
std::string make_locked_key(const Sshd& sshd, const std::string& type, const std::string& passphrase,
                            const std::string& name = "locked_key");

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
