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
    struct Refusal {
        SshMessage words;
        std::string holder;  ///< of its port; empty: none is known
        ForwardNeed need = ForwardNeed::wanted;
        Failure in_full;
    };

    /// Takes in those of `client_state` that are new; who holds a port is looked up now. It is not our own
    /// `ssh`, which may have the port on another address.
    void note(const ClientState& client_state, pid_t ssh);

    /// The next that has not been told, in the order of ssh's messages. Nothing: all have been.
    std::optional<Refusal> take_untold();
    /// It has been granted meanwhile.
    void drop(const SshMessage& refusal);
    /// Of those that the tunnel needs. Nothing: there is none (any more).
    std::optional<Failure> last() const;

    /// The cause, with the port's holder, which may have been found for the same port on another address.
    std::string in_full(const SshMessage& message) const;

    /// Of those with the strongest need the one that tells most: the reason in `client_state` if that is a
    /// forward, else the last.
    Failure most_serious(const ClientState& client_state) const;

private:
    ForwardNeed strongest_need() const;

    std::vector<Refusal> all_;
    std::size_t told_ = 0;
};

}  // namespace autossh
