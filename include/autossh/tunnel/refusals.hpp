// The forwards of a session that do not work, with what ssh does not know: who holds a local port.
#pragma once

#include "autossh/ssh/client_state.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

class Refusals {
public:
    /// Takes in those that are new; who holds a port is looked up now. It is not our own `ssh`, which may
    /// have the port on another address.
    void note(std::span<const SshMessage> refused, pid_t ssh);

    /// The next that has not been told, in the order of ssh's messages. Nothing: all have been.
    std::optional<Failure> take_untold();
    /// It has been granted meanwhile.
    void drop(const SshMessage& refusal);
    /// Nothing: there is none (any more).
    std::optional<Failure> last() const
    {
        return in_full_.empty() ? std::nullopt : std::optional(in_full_.back());
    }

    /// The cause, with the port's holder, which may have been found for the same port on another address.
    std::string in_full(const SshMessage& message) const;

    /// The one that tells most: the reason in `client_state` if that is a forward, else the last.
    Failure most_serious(const ClientState& client_state) const;

private:
    std::vector<SshMessage> words_;
    std::vector<std::string> holders_;  ///< of each one's port; empty: none is known
    std::vector<Failure> in_full_;
    std::size_t told_ = 0;
};

}  // namespace autossh
