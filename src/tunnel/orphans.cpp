#include "autossh/tunnel/orphans.hpp"

#include "autossh/base/text.hpp"
#include "autossh/system/child.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <sys/wait.h>

namespace autossh {

namespace {

/// As the system cuts its name.
constexpr const char* own_asker = "autossh-askpass";

/// When the kill time is over before ssh has ended, what it leaves behind still gets the chance to obey.
constexpr Duration shortest_notice = std::chrono::milliseconds(50);

/// From the end of an ssh to the look at what it has left, where the process has many children.
constexpr Duration shared_look = std::chrono::seconds(1);

/// To nothing but a child: until we have waited for it, its pid is no other's.
bool send(pid_t child, int signal)
{
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ::kill(child, signal) == 0;
}

}  // namespace

Orphans::Orphans(const Executor& executor, Reaper& reaper, Terms terms, Log& log,
                 std::function<void()> on_change)
    : reaper_(reaper), alarm_(executor, [this] { do_what_is_due(); }), terms_(std::move(terms)), log_(log),
      on_change_(std::move(on_change))
{}

Orphans::~Orphans()
{
    for (const Orphan& orphan : ending_)
        send(orphan.pid, SIGKILL);
    if (ssh_ != 0)
        reaper_.ssh_has_ended(ssh_);
    for (const pid_t ssh : unlooked_)
        reaper_.ssh_has_ended(ssh);
}

void Orphans::ssh_starts(bool shared)
{
    shared_ = shared;
    reaper_.ssh_starts();
    ssh_started_ = clock_ticks();
    ending_since_.reset();
}

void Orphans::ssh_runs(pid_t ssh)
{
    ssh_ = ssh;
    reaper_.ssh_runs(ssh);
}

void Orphans::ssh_runs_since(pid_t ssh, std::uint64_t started)
{
    ssh_started_ = started;
    ssh_runs(ssh);
}

void Orphans::predecessor_ended(std::uint64_t started)
{
    if (!reaper_.adopts())
        return;
    ended_started_ = unlooked_.empty() ? started : std::min(ended_started_, started);
    ended_at_ = Clock::now();
    look_at_ = reaper_.has_many_children() ? std::min(look_at_, ended_at_ + shared_look) : ended_at_;
    do_what_is_due();
}

void Orphans::ssh_is_ending()
{
    ending_since_ = Clock::now();
}

void Orphans::ssh_ended()
{
    const pid_t ssh = std::exchange(ssh_, 0);
    if (ssh == 0 || !reaper_.adopts())
        return;
    if (unlooked_.empty())
        ended_started_ = ssh_started_;
    unlooked_.push_back(ssh);
    ended_at_ = Clock::now();
    look_at_ = reaper_.has_many_children() ? std::min(look_at_, ended_at_ + shared_look) : ended_at_;
    do_what_is_due();
}

void Orphans::look()
{
    look_at_ = never;
    reaper_.look();
    end_left_behind(ended_at_);
    for (const pid_t ssh : std::exchange(unlooked_, {}))
        reaper_.ssh_has_ended(ssh);
}

/// `since`: what has become our child before that is to be seen.
void Orphans::end_left_behind(Time since)
{
    if (shared_ || !reaper_.has_children())
        return;
    const std::vector<ProcessStat> children = reaper_.unknown_children(since);
    const auto self = children.empty() ? std::nullopt : own_stat();
    if (self) {
        Circumstances at{self->group, self->session, reaper_.strangers_may_come(), ended_started_,
                         std::nullopt};
        if (ssh_ != 0)
            at.next_started = ssh_started_;
        for (const ProcessStat& child : children)
            if (is_left_behind(child, at) &&
                (terms_.mark.empty() || was_started_with(child.pid, terms_.mark)))
                end(child);
    }
}

/// SIGCONT, so that a stopped one can obey.
void Orphans::end(const ProcessStat& child)
{
    const std::string command = printable(child.command);
    if (!send(child.pid, SIGTERM)) {  // ProxyCommand sudo …
        log_.info("cannot end {} ({}), left behind by ssh: {}", child.pid, command, std::strerror(errno));
        reaper_.leave_alone(child.pid);
        return;
    }
    send(child.pid, SIGCONT);
    ending_.push_back(
        {.pid = child.pid,
         .command = command,
         .kill_at = std::min(Clock::now() + terms_.kill_time, limit_),
         .tell_at = Clock::now() + (child.state == 'T' ? Duration::zero() : terms_.time_to_leave),
         .registration = reaper_.add(child.pid, [this, pid = child.pid] { has_changed(pid); })});
}

/// Of our own program, whose question nobody has answered, the cause tells.
void Orphans::tell(Orphan& orphan)
{
    if (std::exchange(orphan.tell_at, never) != never)
        log_.write(orphan.command == own_asker ? Level::debug : Level::info,
                   "ending {} ({}), left behind by ssh", orphan.pid, orphan.command);
}

void Orphans::has_changed(pid_t orphan)
{
    int status = 0;
    pid_t changed = 0;
    while ((changed = ::waitpid(orphan, &status, WNOHANG | WUNTRACED | WCONTINUED)) == orphan)
        if (WIFEXITED(status) || WIFSIGNALED(status))
            break;
    if (changed == 0)  // it was stopped, or goes on
        return;
    const auto ended = std::ranges::find(ending_, orphan, &Orphan::pid);
    if (ended != ending_.end() && WIFSIGNALED(status))
        tell(*ended);
    std::erase_if(ending_, [&](const Orphan& it) { return it.pid == orphan; });
    end_left_behind(Clock::now());  // what it has left in its turn
    do_what_is_due();
    on_change_();
}

/// When the next is due.
Time Orphans::kill_what_is_due()
{
    Time next = never;
    for (Orphan& orphan : ending_) {
        if (orphan.killed)
            continue;
        if (Clock::now() >= std::min(orphan.tell_at, orphan.kill_at))
            tell(orphan);
        next = std::min(next, orphan.tell_at);
        if (Clock::now() < orphan.kill_at) {
            next = std::min(next, orphan.kill_at);
            continue;
        }
        log_.info("{} ({}) has not ended on SIGTERM, sending SIGKILL", orphan.pid, orphan.command);
        send(orphan.pid, SIGKILL);
        orphan.killed = true;
    }
    return next;
}

void Orphans::do_what_is_due()
{
    if (look_at_ <= Clock::now())
        look();
    const Time next = std::min(kill_what_is_due(), look_at_);
    alarm_.cancel();
    if (next != never)
        alarm_.set(next);
}

void Orphans::kill_at_the_latest(Time limit)
{
    limit_ = limit;
    for (Orphan& orphan : ending_)
        orphan.kill_at = std::min(orphan.kill_at, limit);
    do_what_is_due();
}

Awaitable<void> Orphans::finish(Event& event, const int& stops)
{
    if (!unlooked_.empty())
        look();
    const Time now = Clock::now();
    const Time limit = std::max(ending_since_.value_or(now) + terms_.kill_time, now + shortest_notice);
    kill_at_the_latest(limit);
    while (!ending_.empty() && Clock::now() < limit && stops < 2)
        co_await event.wait_until(limit);
    if (ending_.empty())
        co_return;

    const Time give_up_at = Clock::now() + time_to_die;
    kill_at_the_latest(Clock::now());
    while (!ending_.empty() && Clock::now() < give_up_at)
        co_await event.wait_until(give_up_at);
}

}  // namespace autossh
