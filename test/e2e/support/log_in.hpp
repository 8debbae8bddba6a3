#pragma once

#include "e2e/support/password_sshd.hpp"

#include <string>
#include <utility>
#include <vector>

namespace autossh_test {

/// What an askpass program answers: to the first prompt in the list that a prompt contains, this; to any
/// other it exits with 1. (No quote in an answer, nothing that a shell's double quotes leave special in a
/// prompt.)
using Answers = std::vector<std::pair<std::string, std::string>>;

/// One run of ssh, without autossh, to the host "server". It asks nobody but its askpass program, and has the
/// command there say who it is.
class LogIn {
public:
    LogIn(const PasswordSshd& sshd, const Answers& answers, const std::vector<std::string>& options = {});

    /// These wait for its end.
    bool succeeds() const;
    bool is_refused() const;

    /// All prompts one after another, each with a NUL at its end.
    std::string prompts() const;
    int asked(const std::string& prompt) const;

private:
    std::string write_askpass(const Answers& answers) const;

    TemporaryDirectory directory_;
    std::string askpass_;
    Process ssh_;
};

}  // namespace autossh_test
