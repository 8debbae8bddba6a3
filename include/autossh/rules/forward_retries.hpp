// When an ssh that works is ended to try a forward again that was refused. Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/settings/settings.hpp"

#include <optional>

namespace autossh {

/// The forwards of one ssh.
struct ForwardsOfSession {
    bool may_be_retried = false;   ///< by the plan: ssh is there for nothing else
    bool tunnel_degraded = false;  ///< the state
    bool some_refused = false;
    bool all_refused = false;
    bool came_up = false;
    std::optional<Time> logged_in_at = std::nullopt;
    std::optional<Time> port_lost_at = std::nullopt;  ///< as HeldPorts says of those that were refused
};

/// A dead session of ours may hold a port that was refused, and gives it back in a while.
bool is_held_by_us(const ForwardsOfSession& forwards);

/// Manual, "Refused forwards". The others work, so they are interrupted ever less often: each session in a
/// row that has a refused one lasts twice as long as the one before, up to 10 minutes (or a test interval,
/// if that is longer). As long as a dead session of ours may hold its port, as often as when none works.
class ForwardRetries {
public:
    /// When this session is to be ended for it; Time::max(): not at all.
    Time next(const ForwardsOfSession& forwards, const TunnelSettings& settings) const;

    /// The session has ended.
    void note_end(const ForwardsOfSession& forwards);

private:
    int sessions_ = 0;  ///< in a row in which one forward of several was refused
};

/// The same rule: nobody's connection through the tunnel is cut for a refused forward. One that has just
/// ended may be followed by the next.
class IdleWatch {
public:
    /// When to look whether somebody has a connection open. `due`: when the forward is to be tried again.
    Time next_look(Time due) const;
    /// `used`: somebody has one; nothing: that cannot be seen, and so nothing is cut.
    void looked(Time now, std::optional<bool> used);

    bool is_idle(Time now) const;
    bool is_used() const { return used_; }  ///< as last seen

private:
    std::optional<Time> idle_since_;
    Time next_look_{};
    bool used_ = false;
};

}  // namespace autossh
