// Our ssh as a multiplexing master for us alone: asked whether it lives, and for forwards.
#pragma once

#include "autossh/ssh/mux_client.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/tunnel/live_forwards.hpp"
#include "autossh/tunnel/loop_move.hpp"
#include "autossh/tunnel/loopback_proofs.hpp"
#include "autossh/tunnel/master_watch.hpp"
#include "autossh/tunnel/same_ports.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

namespace autossh {

/// Manual, "Control line". Of one ssh after another; where it is no master for us, nothing happens.
class OwnMaster {
public:
    /// `on_change`: an answer has come, or is overdue.
    OwnMaster(const Executor& executor, Log& log, StatusTracker& tracker, ConnectionTests& tests,
              const std::function<void()>& on_change)
        : executor_(executor), live_forwards_(executor, log, tracker, on_change),
          same_ports_(executor, log, tracker, on_change),
          loop_move_(executor, log, tracker, tests, on_change),
          loopback_proofs_(executor, log, tracker, on_change), watch_(executor, log, on_change)
    {}

    /// Removes a socket that would keep ssh from being one. False: it cannot be one, as no socket can be made
    /// there, for which it would end.
    bool ssh_starts(const SshPlan& plan);
    /// Null: it is no master for us.
    const std::shared_ptr<MuxClient>& client() const { return master_; }
    void logged_in(pid_t ssh, Time now) { watch_.begin(is_watched_ ? master_ : nullptr, ssh, now); }
    void ssh_has_ended();
    /// One that has gone to the background, and whose first process has ended, is ended there.
    Awaitable<void> end_in_background();

    /// It is stopped, or we were: it cannot have answered.
    void excuse(Time now) { watch_.excuse(now); }
    void look(Time now, Holder holder);
    /// What may keep the tunnel from being up for a moment: before that is looked at.
    void look_at_loopback(Time now) { loopback_proofs_.look(now); }
    /// Of -R 0, from one ssh to the next.
    const KeptPorts& kept_ports() const { return same_ports_.kept(); }
    /// A dead session of ours has let go of what it had, perhaps.
    void ask_soon(Time now) { live_forwards_.ask_soon(now); }
    Time next_look() const
    {
        return std::min({live_forwards_.next_look(), same_ports_.next_look(), loopback_proofs_.next_look(),
                         watch_.next_look()});
    }

    bool take_answer() { return watch_.take_answer(); }  ///< it has answered since this was asked last
    /// It has not answered the last time.
    bool is_silent() const { return watch_.is_silent(); }
    /// A request of ours has not been answered.
    bool is_asking() const
    {
        return watch_.is_asking() || live_forwards_.is_asking() || loopback_proofs_.is_asking();
    }
    /// For how long it has not answered, where that means that it hangs.
    std::optional<Duration> silent_for() const { return watch_.silent_for(); }

private:
    Executor executor_;
    std::shared_ptr<MuxClient> master_;
    bool is_watched_ = false;
    LiveForwards live_forwards_;
    SamePorts same_ports_;
    LoopMove loop_move_;
    LoopbackProofs loopback_proofs_;
    MasterWatch watch_;
};

}  // namespace autossh
