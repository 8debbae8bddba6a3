#include "autossh/system/reaper.hpp"

#include <csignal>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace autossh {

namespace {

/// What was so before; nothing where there is no such thing.
std::optional<int> adopt_orphans()
{
#ifdef __linux__
    int before = 0;
    if (::prctl(PR_GET_CHILD_SUBREAPER, &before) == 0 && ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0)
        return before;
#endif
    return std::nullopt;
}

void adopt_as_before(int before)
{
#ifdef __linux__
    ::prctl(PR_SET_CHILD_SUBREAPER, before);
#else
    static_cast<void>(before);
#endif
}

/// A change of some child, which stays to be taken. Without children: false.
bool next_change(siginfo_t& info)
{
    info = {};
    return ::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT) == 0;
}

bool has_ended(const siginfo_t& info)
{
    return info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
}

}  // namespace

Reaper::Reaper(const Executor& executor) : changes_(executor, SIGCHLD), adopted_(adopt_orphans())
{
    watch();
}

Reaper::~Reaper()
{
    if (adopted_)
        adopt_as_before(*adopted_);
}

void Reaper::watch()
{
    changes_.async_wait(lifetime_.guarded([this](const boost::system::error_code& error, int) {
        if (error)
            return;
        watch();
        look();
    }));
}

Reaper::Registration Reaper::add(pid_t child, OnChange on_change)
{
    has_children_ = true;
    (*owners_)[child] = std::move(on_change);
    return {owners_, child};
}

void Reaper::look()
{
    constexpr int most_in_a_row = 8;  // stopped, continued, ended …
    siginfo_t change{};
    pid_t last = 0;
    int in_a_row = 0;
    while ((has_children_ = next_change(change)) && change.si_pid != 0) {
        in_a_row = change.si_pid == std::exchange(last, change.si_pid) ? in_a_row + 1 : 0;
        const auto owner = owners_->find(change.si_pid);
        if (owner != owners_->end() && in_a_row < most_in_a_row) {
            const auto tell = owner->second;  // it may leave us
            tell();
        } else if (owner == owners_->end() && adopted_ && active_) {
            take_stranger(change.si_pid, has_ended(change));
        } else {  // it is not ours to take, and stands in front of others
            ask_everybody();
            return;
        }
    }
}

void Reaper::ask_everybody()
{
    std::vector<OnChange> all;
    for (const auto& [child, on_change] : *owners_)
        all.push_back(on_change);
    for (const auto& tell : all)
        tell();
}

/// Only by pid: no status may be taken from its owner.
void Reaper::take_stranger(pid_t child, bool ended)
{
    if (!ended) {
        siginfo_t ignored{};
        ::waitid(P_PID, static_cast<id_t>(child), &ignored, WSTOPPED | WCONTINUED | WNOHANG);
        return;
    }
    ::waitpid(child, nullptr, WNOHANG);
    strangers_.erase(child);
    if (strangers_may_come_ && !running_.empty())
        remember_strangers();
}

/// What is our child while every ssh lives was left by somebody else: by the stranger that has just ended.
void Reaper::remember_strangers()
{
    siginfo_t info{};
    for (const pid_t ssh : running_)
        if (!knows(ssh) || ::waitid(P_PID, static_cast<id_t>(ssh), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            info.si_pid != 0)
            return;  // what it has left is not looked at yet
    leave_unknown_alone();
}

void Reaper::leave_unknown_alone()
{
    for (const ProcessStat& child : living_children([this](pid_t pid) { return knows(pid); }))
        strangers_.insert(child.pid);
}

std::vector<ProcessStat> Reaper::unknown_children(Time since)
{
    const auto is_taken = [this](pid_t pid) { return knows(pid) || is_stranger(pid); };
    if (!unknown_at_ || *unknown_at_ <= since) {
        unknown_at_ = Clock::now();
        unknown_ = living_children(is_taken);
    }
    std::erase_if(unknown_, [&](const ProcessStat& child) { return is_taken(child.pid); });
    return unknown_;
}

void Reaper::ssh_starts()
{
    if (!adopted_ || std::exchange(active_, true))
        return;
    look();
    leave_unknown_alone();
    // Whoever has executed us may have left us jobs in the background, and they leave us theirs.
    strangers_may_come_ = !strangers_.empty() || *adopted_ != 0 || ::getpid() == 1 || !own_stat();
}

}  // namespace autossh
