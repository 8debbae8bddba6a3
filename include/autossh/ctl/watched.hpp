// What autosshctl watch knows of the autosshs, also of those that do not answer any more. Pure.
#pragma once

#include "autossh/control/answer.hpp"
#include "autossh/ctl/seen.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

/// One process, or the one that has taken its place.
struct WatchedDaemon {
    SeenDaemon seen = {};      ///< the last that is known
    std::string lost = {};     ///< why it is not known how it is now: "has ended"; empty: it is known
    WallTime lost_since = {};  ///< where it is lost
    bool has_ended = false;
};

class WatchedDaemons {
public:
    /// What a look has found, with the tunnels that are meant alone.
    void take(std::vector<SeenDaemon> found, WallTime now);
    /// A change that the process with this pid tells.
    void take(pid_t pid, const StateEvent& event, WallTime now);
    /// The process does not tell its changes any more: it may have ended.
    void note_silence(pid_t pid, WallTime now);

    const std::vector<WatchedDaemon>& all() const { return daemons_; }
    /// How many are lost.
    std::size_t lost() const;

private:
    struct LateEvent {
        pid_t pid;
        StateEvent event;
        WallTime come;
    };

    void merge(WatchedDaemon& known, SeenDaemon& found, WallTime now) const;
    void apply(pid_t pid, const StateEvent& event);

    std::vector<WatchedDaemon> daemons_;
    std::vector<LateEvent> events_;  ///< that a look may have begun before
};

/// The process, or its successor: a fleet by its name and place, a single one by its pid.
std::string identity_of(const SeenDaemon& daemon);

}  // namespace autossh
