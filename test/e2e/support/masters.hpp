// Multiplexing masters and those who use them.
#pragma once

#include "e2e/support/autossh.hpp"

#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh_test {

/// A configuration in which the only key is a stranger's: whoever uses it logs in by a master, or not at all.
std::string without_a_key(const Sshd& sshd);

/// How the command ends.
ExitResult status_of(const std::vector<std::string>& words);

/// Who is the master there? 0: nobody.
pid_t master_at(const std::string& config);

/// A master that a person has started by hand.
class MasterByHand {
public:
    explicit MasterByHand(const Sshd& sshd);

    void end() const;

private:
    Process process_;
};

}  // namespace autossh_test
