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

Predecessor::Predecessor(const Executor& executor, const TunnelSettings& settings, Log& log,
                         std::function<void()> on_change)
    : settings_(settings), log_(log), on_change_(std::move(on_change)),
      kill_alarm_(executor, [this] { send_kill(); })
{}

void Predecessor::begin(Ssh ssh, Duration grace)
{
    if (is_there())
        log_.info("ending ssh ({}): another one has given its place away", ssh_.child->pid());
    ssh_ = std::move(ssh);
    ssh_.output.leave_to([this, pid = ssh_.child->pid()](std::string_view line) {
        log_.debug("ssh ({}), whose place was taken: {}", pid, one_line(line));
    });
    is_ending_ = false;
    kill_alarm_.cancel();
    const Time now = Clock::now();
    since_ = now;
    until_ = now + std::max(grace, first_look);
    next_look_ = now + first_look;
}

std::optional<std::uint64_t> Predecessor::look(Time now, Duration silence)
{
    if (!is_there())
        return std::nullopt;
    if (ssh_.child->status()) {
        log_.info("ssh ({}), whose place was taken, has ended", ssh_.child->pid());
        kill_alarm_.cancel();
        if (ssh_.connection)
            ssh_.connection->reset();
        next_look_ = until_ = never;
        heir_asks_until_ = now + time_of_heir;
        return std::exchange(ssh_, {}).started;
    }
    if (is_ending_ || now < std::min(next_look_, until_))
        return std::nullopt;
    next_look_ = now + times::between_looks_at_use;
    if (now >= until_)
        log_.info("ssh ({}), whose place was taken, has connections left after the time for them",
                  ssh_.child->pid());
    const bool is_unused = !is_used();
    const bool is_silent = is_silent_for(silence, now);
    if (now < until_ && !is_unused && is_silent)
        log_.info("ssh ({}), whose place was taken, stays silent: its connections end", ssh_.child->pid());
    if (now >= until_ || is_unused || is_silent)
        end();
    return std::nullopt;
}

/// Where that cannot be seen, it may be.
bool Predecessor::is_used() const
{
    const pid_t ssh = ssh_.child->pid();
    return carries_connections(ssh, ssh_.own).value_or(true) ||
           count_of_socket_users(ssh, ssh_.control_path).value_or(0) > 0;
}

/// Where it cannot be seen: since its place was taken.
bool Predecessor::is_silent_for(Duration time, Time now) const
{
    const auto silence = ssh_.own.to_server ? ssh_.own.to_server->silence() : std::nullopt;
    return now >= since_ + times::silent_predecessor &&
           silence.value_or(std::chrono::floor<Duration>(now - since_)) >= time;
}

Time Predecessor::next_look() const
{
    return is_there() && !is_ending_ ? std::min(next_look_, until_) : never;
}

void Predecessor::end()
{
    if (!is_there() || std::exchange(is_ending_, true))
        return;
    ask_to_end(*ssh_.child);
    kill_alarm_.set_after(settings_.kill_time);
}

void Predecessor::send_kill()
{
    if (is_there())
        ssh_.child->signal(SIGKILL);
}

Awaitable<void> Predecessor::finish(Event& event, const int& stops)
{
    end();
    if (is_there())
        co_await wait_for_end(*ssh_.child, settings_.kill_time, event, stops);
    ssh_ = {};
}

}  // namespace autossh
