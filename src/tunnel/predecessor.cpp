#include "autossh/tunnel/predecessor.hpp"

#include "autossh/base/text.hpp"
#include "autossh/rules/replacement_times.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/system/socket_users.hpp"
#include "autossh/tunnel/ending.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace autossh {

namespace {

/// By then it has given its forwards away.
constexpr Duration first_look = std::chrono::milliseconds(500);

/// From its end on: what it did not give away is asked for meanwhile.
constexpr Duration time_of_heir = std::chrono::seconds(5);

}  // namespace

void Predecessor::begin(Ssh ssh, Duration grace)
{
    if (is_there())
        log_.info("ending ssh ({}): another one has given its place away", living_->ssh.child->pid());
    living_ = std::make_unique<Living>(std::move(ssh), executor_, [this] { send_kill(); });
    living_->ssh.output.leave_to([this, pid = living_->ssh.child->pid()](std::string_view line) {
        log_.debug("ssh ({}), whose place was taken: {}", pid, one_line(line));
    });
    const Time now = Clock::now();
    living_->since = now;
    living_->until = now + std::max(grace, first_look);
    living_->next_look = now + first_look;
}

std::optional<std::uint64_t> Predecessor::look(Time now, Duration silence)
{
    if (!is_there())
        return std::nullopt;
    Living& living = *living_;
    const pid_t pid = living.ssh.child->pid();
    if (living.ssh.child->status()) {
        log_.info("ssh ({}), whose place was taken, has ended", pid);
        if (living.ssh.connection)
            living.ssh.connection->reset();
        heir_asks_until_ = now + time_of_heir;
        return std::exchange(living_, nullptr)->ssh.started;
    }
    if (living.is_ending || now < std::min(living.next_look, living.until))
        return std::nullopt;
    living.next_look = now + times::between_looks_at_use;
    if (now >= living.until)
        log_.info("ssh ({}), whose place was taken, has connections left after the time for them", pid);
    const bool is_unused = !is_used();
    const bool is_silent = is_silent_for(silence, now);
    if (now < living.until && !is_unused && is_silent)
        log_.info("ssh ({}), whose place was taken, stays silent: its connections end", pid);
    if (now >= living.until || is_unused || is_silent)
        end();
    return std::nullopt;
}

/// Where that cannot be seen, it may be.
bool Predecessor::is_used() const
{
    const pid_t ssh = living_->ssh.child->pid();
    return carries_connections(ssh, living_->ssh.own).value_or(true) ||
           count_of_socket_users(ssh, living_->ssh.control_path).value_or(0) > 0;
}

/// Where it cannot be seen: since its place was taken.
bool Predecessor::is_silent_for(Duration time, Time now) const
{
    const auto& to_server = living_->ssh.own.to_server;
    const auto silence = to_server ? to_server->silence() : std::nullopt;
    return now >= living_->since + times::silent_predecessor &&
           silence.value_or(std::chrono::floor<Duration>(now - living_->since)) >= time;
}

Time Predecessor::next_look() const
{
    return is_there() && !living_->is_ending ? std::min(living_->next_look, living_->until) : never;
}

void Predecessor::end()
{
    if (!is_there() || std::exchange(living_->is_ending, true))
        return;
    ask_to_end(*living_->ssh.child);
    living_->kill_alarm.set_after(settings_.kill_time);
}

void Predecessor::send_kill()
{
    if (is_there())
        living_->ssh.child->signal(SIGKILL);
}

Awaitable<void> Predecessor::finish(Event& event, const int& stops)
{
    end();
    if (is_there())
        co_await wait_for_end(*living_->ssh.child, settings_.kill_time, event, stops);
    living_.reset();
}

}  // namespace autossh
