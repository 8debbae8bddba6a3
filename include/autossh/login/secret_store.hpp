// The secrets that were given: checked before anything is started, and kept where they can be read only once.
#pragma once

#include "autossh/login/secret_reader.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/secret.hpp"

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace autossh {

class SecretStore {
public:
    SecretStore() = default;

    /// Reads what can be read only once (descriptors, the terminal) and tries the others, but runs no
    /// command. Throws SecretError, also where nobody is at a terminal to be asked, and std::system_error
    /// where there is no locked memory.
    SecretStore(const std::vector<SecretRule>& rules, const Environment& environment);

    /// In the daemon that has been forked since. Throws std::system_error.
    void take_over();
    /// In the process that it has left behind.
    void clear() { kept_.clear(); }

    /// Of rule number `rule`, whose source is the terminal.
    void replace(std::size_t rule, Secret secret) { kept_.insert_or_assign(rule, std::move(secret)); }

    /// Of rule number `rule`, whose source is no command: its output is for the caller to read. Throws
    /// SecretError, and std::system_error.
    Secret read(std::size_t rule) const;

private:
    void check(std::size_t rule);
    void ask_for(std::size_t rule);
    std::size_t first_with(const SecretSource& source) const;

    std::vector<SecretRule> rules_;
    Environment environment_;
    std::map<std::size_t, Secret> kept_;  ///< by rule; of a descriptor by the first that names it
};

}  // namespace autossh
