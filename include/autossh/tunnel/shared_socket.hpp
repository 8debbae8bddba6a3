// The control socket of our ssh, offered to the user's other ssh.
#pragma once

#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/rules/sharing.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include <sys/types.h>

namespace autossh {

/// Manual, "Sharing". Of one ssh after another; without --share nothing happens.
class SharedSocket {
public:
    SharedSocket(Log& log, StatusTracker& tracker) : log_(log), tracker_(tracker) {}
    ~SharedSocket() { take_away(); }
    SharedSocket(const SharedSocket&) = delete;
    SharedSocket& operator=(const SharedSocket&) = delete;

    /// `is_master`: it can make its socket.
    void ssh_starts(const SshPlan& plan, bool is_master);
    /// `ssh`: its pid; the facts without the state and the socket. The state is as it is by now.
    void look(Time now, pid_t ssh, MasterFacts facts);
    Time next_look() const;
    /// It is about to be ended, or has ended by itself: whoever comes from now on connects by himself.
    void ssh_ends();
    /// The same, of one that lives on beside another: so do those who use it.
    void ssh_gives_way();

    /// This ssh, or the last, was told by ssh -O stop to listen no more, and has taken its socket away.
    bool was_stopped() const { return was_stopped_; }

private:
    bool has_its_socket() const;
    void offer();
    Time wait_for_socket(Time now);
    void tell_once(Level level, std::string reason);
    void take_away();
    void count(pid_t ssh, Time now);

    Log& log_;
    StatusTracker& tracker_;
    std::string path_;    ///< empty: this ssh is not to be offered
    std::string socket_;  ///< where the link leads
    bool is_offered_ = false;
    bool is_told_ = false;      ///< of this ssh, that it is offered
    bool socket_seen_ = false;  ///< of this ssh
    bool was_stopped_ = false;  ///< the same
    std::string obstacle_;      ///< the last that was told
    Time next_look_ = never;
    Time looked_{};  ///< at the path; zero: not since it was offered last
    Time counted_{};
    bool count_is_due_ = false;
    std::size_t users_ = 0;         ///< as counted last,
    std::size_t users_before_ = 0;  ///< and before
};

}  // namespace autossh
