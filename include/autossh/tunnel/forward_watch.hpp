// What becomes of the forwards of a tunnel that were refused: who has them, and when they are tried again.
#pragma once

#include "autossh/base/log.hpp"
#include "autossh/rules/forward_retries.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/left_sockets.hpp"
#include "autossh/tunnel/connection_watch.hpp"
#include "autossh/tunnel/held_places.hpp"
#include "autossh/tunnel/rivals.hpp"
#include "autossh/tunnel/session_facts.hpp"
#include "autossh/tunnel/setup.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <optional>

#include <sys/types.h>

namespace autossh {

/// Manual, "Refused forwards". Of one ssh after another.
class ForwardWatch {
public:
    /// Whom it asks; they outlive it.
    struct Sources {
        const StatusTracker& tracker;
        const ConnectionWatch& connection;
        const SshSetup& setup;
        SessionFacts& facts;
    };

    ForwardWatch(const TunnelSettings& settings, Log& log, const Sources& sources)
        : settings_(settings), log_(log), tracker_(sources.tracker), connection_(sources.connection),
          setup_(sources.setup), facts_(sources.facts)
    {}

    /// Removes what the last one has left in the way.
    void ssh_starts();
    /// Of a living ssh: does anybody use it, and does another autossh have the forward?
    void look(pid_t ssh, Time now);
    Time next_look() const;
    /// It may be ended now to try one again.
    bool retry_is_due(Time now) const;
    /// It has ended. `failure`: of what.
    void ssh_has_ended(std::optional<FailureClass> failure);

    /// Another autossh of this user has a forward that was refused: has one come, or gone?
    Rivals::News look_for_rivals(Time now);
    const Rivals& rivals() const { return rivals_; }
    /// Those of the forwards of the last ssh that were refused here.
    HeldPlaces held_places() const;

private:
    Time due() const;
    void claim();
    void tell_of_rival(Time now);
    void note_sockets(pid_t ssh);

    const TunnelSettings& settings_;
    Log& log_;
    const StatusTracker& tracker_;
    const ConnectionWatch& connection_;
    const SshSetup& setup_;
    SessionFacts& facts_;
    ForwardRetries retries_;
    Rivals rivals_;
    LeftSockets left_sockets_;
    bool sockets_noted_ = false;   ///< of this ssh
    IdleWatch idle_watch_;         ///< of this ssh
    bool waits_for_idle_ = false;  ///< that has been told
};

}  // namespace autossh
