// The children of this process: who waits for which, and the end of those that nobody waits for.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/time.hpp"
#include "autossh/system/children.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

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

    using OnChange = std::function<void()>;

    /// Somebody waits for a child, until this is gone. It may outlive the Reaper.
    class Registration {
    public:
        Registration() = default;
        ~Registration() { reset(); }
        Registration(Registration&& other) noexcept
            : owners_(std::move(other.owners_)), child_(std::exchange(other.child_, 0))
        {}
        Registration& operator=(Registration&& other) noexcept
        {
            reset();
            owners_ = std::move(other.owners_);
            child_ = std::exchange(other.child_, 0);
            return *this;
        }

        /// It has been waited for, or nobody wants to any more.
        void reset()
        {
            if (const auto owners = owners_.lock())
                owners->erase(child_);
            owners_.reset();
        }

    private:
        friend class Reaper;
        using Owners = std::unordered_map<pid_t, OnChange>;

        Registration(const std::shared_ptr<Owners>& owners, pid_t child) : owners_(owners), child_(child) {}

        std::weak_ptr<Owners> owners_;
        pid_t child_ = 0;
    };

    /// `on_change` is called from the event loop when `child` has ended, was stopped or goes on, and takes
    /// that from the system (waitid(2)): until then it would hide the changes of others.
    [[nodiscard]] Registration add(pid_t child, OnChange on_change);
    bool knows(pid_t child) const { return owners_->contains(child); }

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
    /// So many that a look at all of them is to be shared between those that wait for one.
    bool has_many_children() const { return owners_->size() > 64; }
    /// Our living children that nobody waits for, without strangers, at a moment after `since`. Costs a
    /// microsecond for each child that we have.
    std::vector<ProcessStat> unknown_children(Time since);

private:
    void watch();
    void ask_everybody();
    void take_stranger(pid_t child, bool ended);
    void remember_strangers();
    void leave_unknown_alone();

    SignalSet changes_;
    std::shared_ptr<Registration::Owners> owners_ = std::make_shared<Registration::Owners>();
    std::optional<int> adopted_;  ///< whether orphans came to us before; nothing: they never do
    bool active_ = false;         ///< from the first ssh on
    bool has_children_ = true;
    bool strangers_may_come_ = false;
    std::set<pid_t> strangers_;
    std::set<pid_t> running_;           ///< every ssh, to its end and a look at what it has left
    std::vector<ProcessStat> unknown_;  ///< as last seen, of many children,
    std::optional<Time> unknown_at_;    ///< and when
    Lifetime lifetime_;
};

}  // namespace autossh
