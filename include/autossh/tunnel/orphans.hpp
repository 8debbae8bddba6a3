// What ssh leaves behind: a ProxyCommand, the ssh of a jump host. None outlives its ssh.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/system/children.hpp"
#include "autossh/system/reaper.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// Of one tunnel. Where the system does not give us what is left behind (not Linux) it does nothing.
class Orphans {
public:
    struct Terms {
        Duration kill_time{};
        /// "NAME=VALUE" in the environment of this tunnel's ssh and of all that comes from it; empty: there
        /// is no other tunnel, so what is left behind is this one's.
        std::string mark = {};
        /// What was about to end by itself, as a jump host's ssh when its ssh is gone, does so within that,
        /// and is not told.
        Duration time_to_leave = std::chrono::milliseconds(200);
    };

    /// `on_change` is called when one that is being ended has ended.
    Orphans(const Executor& executor, Reaper& reaper, Terms terms, Log& log, std::function<void()> on_change);
    /// Kills what is still being ended.
    ~Orphans();
    Orphans(const Orphans&) = delete;
    Orphans& operator=(const Orphans&) = delete;

    /// ssh is about to be started. `shared`: its connection, whose master is meant to outlive it.
    void ssh_starts(bool shared = false);
    void ssh_runs(pid_t ssh);
    /// The same of one that was started before that, at `started` (as ProcessStat::started).
    void ssh_runs_since(pid_t ssh, std::uint64_t started);
    std::uint64_t ssh_started() const { return ssh_started_; }
    /// ssh is asked to end. If that is for good, the kill time for what it leaves behind begins here.
    void ssh_is_ending();
    /// Manual, "Ending ssh": ends what it has left behind, without waiting for that. Where the process has
    /// many children, a second later, so that one look at them serves all ssh that end together.
    void ssh_ended();
    /// The same of one that was started at `started`, and whose place the one that runs has taken.
    void predecessor_ended(std::uint64_t started);

    /// Waits for all that is being ended: to the end of the kill time, or kills it at once when `stops`, the
    /// number of requests to stop, reaches two. `on_change` must notify `event`.
    Awaitable<void> finish(Event& event, const int& stops);

private:
    struct Orphan {
        pid_t pid;
        std::string command;
        Time kill_at;
        Time tell_at;  ///< never: that is done
        Reaper::Registration registration = {};
        bool killed = false;
    };

    void look();
    void end_left_behind(Time since);
    void end(const ProcessStat& child);
    void tell(Orphan& orphan);
    void has_changed(pid_t orphan);
    void kill_at_the_latest(Time limit);
    void do_what_is_due();
    Time kill_what_is_due();

    Reaper& reaper_;
    Alarm alarm_;
    Terms terms_;
    bool shared_ = false;
    Log& log_;
    std::function<void()> on_change_;
    pid_t ssh_ = 0;                     ///< that runs; 0: none
    std::uint64_t ssh_started_ = 0;     ///< the last one; as ProcessStat::started
    std::uint64_t ended_started_ = 0;   ///< the one whose leavings are ended
    std::vector<pid_t> unlooked_;       ///< ssh that have ended; what they have left is not looked at yet,
    Time look_at_ = never;              ///< but then
    Time ended_at_;                     ///< the last of them
    std::optional<Time> ending_since_;  ///< the last ssh
    std::vector<Orphan> ending_;
    Time limit_ = never;  ///< when whatever is left is killed
};

}  // namespace autossh
