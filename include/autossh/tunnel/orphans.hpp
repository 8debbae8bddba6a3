// What ssh leaves behind: a ProxyCommand, the ssh of a jump host. None outlives its ssh.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/children.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace autossh {

/// On Linux, for its life, what our descendants leave behind becomes our child, and every child that nobody
/// else waits for is reaped (we may be the first process of a container). Elsewhere it does nothing.
class Orphans {
public:
    /// `is_known`: a child that somebody else waits for. `on_change` is called when one that is being ended
    /// has ended.
    Orphans(Executor executor, const TunnelSettings& settings, Log& log, std::function<bool(pid_t)> is_known,
            std::function<void()> on_change);
    /// Kills what is still being ended.
    ~Orphans();
    Orphans(const Orphans&) = delete;
    Orphans& operator=(const Orphans&) = delete;

    /// ssh is about to be started. Before the first time no child is touched.
    void ssh_starts();
    /// ssh is asked to end. If that is for good, the kill time for what it leaves behind begins here.
    void ssh_is_ending();
    /// Manual, "Ending ssh": ends what it has left behind, without waiting for that.
    void ssh_ended();

    /// Waits for all that is being ended: to the end of the kill time, or kills it at once when `stops`, the
    /// number of requests to stop, reaches two. `on_change` must notify `event`.
    Awaitable<void> finish(Event& event, const int& stops);

private:
    struct Orphan {
        pid_t pid;
        std::string command;
        Time kill_at;
        bool killed = false;
    };

    void watch();
    void reap();
    void remember_strangers();
    void end_left_behind();
    void end(const ProcessStat& child);
    void kill_at_the_latest(Time limit);
    void kill_what_is_due();
    bool is_undecided(pid_t pid) const;

    SignalSet changes_;
    Timer timer_;
    Duration kill_time_;
    Log& log_;
    std::function<bool(pid_t)> is_known_;
    std::function<void()> on_change_;
    bool shared_;                 ///< the connection: its master is meant to outlive ssh
    std::optional<int> adopted_;  ///< whether orphans came to us before; nothing: they never do
    bool active_ = false;         ///< from the first ssh on
    bool ssh_runs_ = false;
    bool strangers_may_come_ = false;   ///< not only what comes from ssh may become our child
    std::set<pid_t> strangers_;         ///< children that are not ssh's
    std::uint64_t ssh_started_ = 0;     ///< the last one; as ProcessStat::started
    std::uint64_t ended_started_ = 0;   ///< the one whose leavings are ended
    std::optional<Time> ending_since_;  ///< the last ssh
    std::vector<Orphan> ending_;
    Time limit_ = never;                                    ///< when whatever is left is killed
    std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< a queued handler may outlive us
};

}  // namespace autossh
