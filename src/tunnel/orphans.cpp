#include "autossh/tunnel/orphans.hpp"

#include "autossh/base/text.hpp"
#include "autossh/heartbeat/heartbeat.hpp"
#include "autossh/ssh/choices.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace autossh {

namespace asio = boost::asio;

namespace {

/// When the kill time is over before ssh has ended, what it leaves behind still gets the chance to obey.
constexpr Duration shortest_notice = std::chrono::milliseconds(50);

/// How long what was killed may take to go before autossh ends without it.
constexpr Duration time_to_vanish = std::chrono::milliseconds(100);

/// Has the system give us what our descendants leave behind (prctl(2): no child inherits this). What was so
/// before; nothing where there is no such thing.
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

/// A child of ours that has ended, and stays to be waited for; 0: none.
pid_t ended_child()
{
    siginfo_t info{};
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 ? info.si_pid : 0;
}

/// To nothing but a child: until we have waited for it, its pid is no other's.
bool send(pid_t child, int signal)
{
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ::kill(child, signal) == 0;
}

}  // namespace

Orphans::Orphans(Executor executor, const TunnelSettings& settings, Log& log,
                 std::function<bool(pid_t)> is_known, std::function<void()> on_change)
    : changes_(executor), timer_(executor), kill_time_(settings.kill_time), log_(log),
      is_known_(std::move(is_known)), on_change_(std::move(on_change)),
      shared_(choices_of(std::span(settings.ssh.arguments).subspan(1)).multiplexing),
      adopted_(adopt_orphans())
{
    if (!adopted_)
        return;
    changes_.add(SIGCHLD);
    watch();
}

Orphans::~Orphans()
{
    for (const Orphan& orphan : ending_)
        send(orphan.pid, SIGKILL);
    if (adopted_)
        adopt_as_before(*adopted_);
}

void Orphans::watch()
{
    changes_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error, int) {
        if (error || alive.expired())
            return;
        watch();
        reap();
    });
}

void Orphans::ssh_starts()
{
    if (!adopted_)
        return;
    if (!std::exchange(active_, true)) {
        reap();
        for (const ProcessStat& child : living_children())
            strangers_.insert(child.pid);
        // Whoever has executed us may have left us jobs in the background, and they leave us theirs.
        strangers_may_come_ = !strangers_.empty() || *adopted_ != 0 || ::getpid() == 1 || !own_stat();
    }
    ssh_started_ = clock_ticks();
    ssh_runs_ = true;
    ending_since_.reset();
}

void Orphans::ssh_is_ending()
{
    ending_since_ = Clock::now();
}

void Orphans::ssh_ended()
{
    if (!active_)
        return;
    ssh_runs_ = false;
    ended_started_ = ssh_started_;
    reap();
    end_left_behind();
}

/// Only by pid, and what nobody else waits for: no status may be taken from its owner. An ended child of
/// somebody else's may hide others; ssh_ended() comes back to them.
void Orphans::reap()
{
    if (!active_)
        return;
    bool orphan_ended = false;
    bool stranger_ended = false;
    for (pid_t pid = ended_child(); pid != 0 && !is_known_(pid); pid = ended_child()) {
        if (::waitpid(pid, nullptr, WNOHANG) != pid)
            break;
        strangers_.erase(pid);
        const bool was_ending = std::erase_if(ending_, [&](const Orphan& it) { return it.pid == pid; }) > 0;
        orphan_ended |= was_ending;
        stranger_ended |= !was_ending;
    }
    if (orphan_ended) {
        end_left_behind();  // what it has left in its turn
        on_change_();
    }
    if (stranger_ended && strangers_may_come_ && ssh_runs_)
        remember_strangers();
}

/// What is our child while ssh lives was left by somebody else: by the stranger that has just ended.
void Orphans::remember_strangers()
{
    const std::vector<ProcessStat> children = living_children();
    if (ended_child() != 0)  // it may be ssh, and they may be its own
        return;
    for (const ProcessStat& child : children)
        if (is_undecided(child.pid))
            strangers_.insert(child.pid);
}

bool Orphans::is_undecided(pid_t pid) const
{
    return !is_known_(pid) && !strangers_.contains(pid) &&
           std::ranges::find(ending_, pid, &Orphan::pid) == ending_.end();
}

void Orphans::end_left_behind()
{
    const auto self = own_stat();
    if (shared_ || !self)
        return;
    Circumstances at{self->group, self->session, strangers_may_come_, ended_started_, std::nullopt};
    if (ssh_runs_)
        at.next_started = ssh_started_;
    for (const ProcessStat& child : living_children())
        if (is_undecided(child.pid) && is_left_behind(child, at))
            end(child);
    kill_what_is_due();
}

/// SIGCONT, so that a stopped one can obey.
void Orphans::end(const ProcessStat& child)
{
    const std::string command = printable(child.command);
    if (!send(child.pid, SIGTERM)) {  // ProxyCommand sudo …
        log_.info("cannot end {} ({}), left behind by ssh: {}", child.pid, command, std::strerror(errno));
        strangers_.insert(child.pid);
        return;
    }
    log_.info("ending {} ({}), left behind by ssh", child.pid, command);
    send(child.pid, SIGCONT);
    ending_.push_back({child.pid, command, std::min(Clock::now() + kill_time_, limit_)});
}

void Orphans::kill_what_is_due()
{
    Time next = never;
    for (Orphan& orphan : ending_) {
        if (orphan.killed)
            continue;
        if (Clock::now() < orphan.kill_at) {
            next = std::min(next, orphan.kill_at);
            continue;
        }
        log_.info("{} ({}) has not ended on SIGTERM, sending SIGKILL", orphan.pid, orphan.command);
        send(orphan.pid, SIGKILL);
        orphan.killed = true;
    }
    timer_.cancel();
    if (next == never)
        return;
    timer_.expires_at(next);
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
        if (!error && !alive.expired())
            kill_what_is_due();
    });
}

void Orphans::kill_at_the_latest(Time limit)
{
    limit_ = limit;
    for (Orphan& orphan : ending_)
        orphan.kill_at = std::min(orphan.kill_at, limit);
    kill_what_is_due();
}

Awaitable<void> Orphans::finish(Event& event, const int& stops)
{
    const Time now = Clock::now();
    const Time limit = std::max(ending_since_.value_or(now) + kill_time_, now + shortest_notice);
    kill_at_the_latest(limit);
    while (!ending_.empty() && Clock::now() < limit && stops < 2)
        co_await event.wait_until(limit);
    if (ending_.empty())
        co_return;

    const Time give_up_at = Clock::now() + time_to_vanish;
    kill_at_the_latest(Clock::now());
    while (!ending_.empty() && Clock::now() < give_up_at)
        co_await event.wait_until(give_up_at);
}

}  // namespace autossh
