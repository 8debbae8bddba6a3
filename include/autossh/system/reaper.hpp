// The children of this process: who waits for which, and the end of those that nobody waits for.
#pragma once

#include "autossh/base/asio.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include <sys/types.h>

namespace autossh {

/// There is one in a process, as there is one SIGCHLD. On Linux, for its life, what our descendants leave
/// behind becomes our child (prctl(2), PR_SET_CHILD_SUBREAPER), and every child that nobody waits for is
/// reaped: we may be the first process of a container.
class Reaper {
public:
    explicit Reaper(const Executor& executor);
    ~Reaper();
    Reaper(const Reaper&) = delete;
    Reaper& operator=(const Reaper&) = delete;

    /// Somebody waits for `child`. `on_change` is called from the event loop when it has ended, was stopped
    /// or goes on, and takes that from the system (waitid(2)): until then it would hide the changes of
    /// others.
    void add(pid_t child, std::function<void()> on_change);
    /// It has been waited for, or nobody wants to any more.
    void remove(pid_t child);
    bool knows(pid_t child) const { return owners_.contains(child); }

    /// Tells of all changes by now.
    void look();

    /// False: the system does not give us what is left behind.
    bool adopts() const { return adopted_.has_value(); }
    /// An ssh is about to be started. What is our child before the first one was left to us by others; until
    /// then none that nobody waits for is touched.
    void ssh_starts();
    /// It runs, until ssh_has_ended(): somebody has looked at what it has left behind.
    void ssh_runs(pid_t ssh) { running_.insert(ssh); }
    void ssh_has_ended(pid_t ssh) { running_.erase(ssh); }

    /// A child of ours that is not ssh's, and never ended by us.
    bool is_stranger(pid_t child) const { return strangers_.contains(child); }
    void leave_alone(pid_t child) { strangers_.insert(child); }
    /// Not only what comes from an ssh may become our child.
    bool strangers_may_come() const { return strangers_may_come_; }
    /// False: we have no child at all, so nothing was left behind.
    bool has_children() const { return has_children_; }

private:
    void watch();
    void ask_everybody();
    void take_stranger(pid_t child, bool ended);
    void remember_strangers();

    SignalSet changes_;
    std::unordered_map<pid_t, std::function<void()>> owners_;
    std::optional<int> adopted_;  ///< whether orphans came to us before; nothing: they never do
    bool active_ = false;         ///< from the first ssh on
    bool has_children_ = true;
    bool strangers_may_come_ = false;
    std::set<pid_t> strangers_;
    std::set<pid_t> running_;  ///< every ssh, to its end and a look at what it has left
    std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< a queued handler may outlive us
};

}  // namespace autossh
