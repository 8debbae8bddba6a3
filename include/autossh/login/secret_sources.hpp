// The secret that a rule names, from whichever source that is.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/login/secret_command.hpp"
#include "autossh/login/secret_store.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/child.hpp"
#include "autossh/system/secret.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// Files and descriptors are read, what was typed or kept is copied, a command is run.
class SecretSources {
public:
    /// `rules`: those of the settings; both outlive this.
    SecretSources(const ProcessContext& process, const std::vector<SecretRule>& rules, SecretStore& store)
        : process_(process), rules_(rules), store_(store)
    {}

    /// Nothing: complaint() tells why.
    Awaitable<std::optional<Secret>> get(std::size_t rule);
    const std::string& complaint() const { return complaint_; }
    /// Nobody wants any more what a command may still print.
    void give_up();

private:
    std::optional<Secret> read(std::size_t rule);
    Awaitable<std::optional<Secret>> run(const SecretSource& source);

    ProcessContext process_;
    const std::vector<SecretRule>& rules_;
    SecretStore& store_;
    std::string complaint_;
    std::vector<SecretCommand*> running_;
};

}  // namespace autossh
