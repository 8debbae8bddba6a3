// The ports on the server that a dead session of ours may still hold, and how soon they are asked for again.
// Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// Manual, "Refused forwards". A port is named as ssh names it in its refusal.
class HeldPorts {
public:
    /// `now`: the start of autossh. `after_boot`: who had them before may not have taken leave of the server.
    HeldPorts(bool after_boot, Time now) : booted_(after_boot ? std::optional(now) : std::nullopt) {}

    /// A session, of this autossh or of one that we have waited for, has ended that had these.
    void note_lost(const std::vector<std::string>& ports, Time now);

    /// When the last session was lost that may hold one of these. Nothing: somebody else has them all, or no
    /// port at all was refused (a path is not given back when its session dies).
    std::optional<Time> lost_at(const std::vector<std::string>& refused) const;

private:
    std::optional<Time> booted_;
    std::map<std::string, Time> lost_;
};

/// From one try to the next, so long after the loss.
Duration held_port_interval(Duration since_loss);

/// The same where no session of ours can hold the port, after so many refusals in a row.
Duration strange_port_interval(int refusals);

}  // namespace autossh
