#include "autossh/tunnel.hpp"

#include "autossh/numbers.hpp"

#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

namespace autossh {

namespace asio = boost::asio;

namespace {

/// How long a killed ssh may take to go before a stop gives up waiting for it.
constexpr Duration time_to_die = std::chrono::seconds(5);

/// Who stops a whole group (a service manager, a shell's kill %1) may reach ssh before us. Our own signal is
/// at most this far behind; a clean end of ssh must not be mistaken for one that ends autossh.
constexpr Duration stop_may_follow = std::chrono::milliseconds(10);

/// How ssh exits when it is stopped: 255, or 0 without a session (-N).
bool may_be_stopped(ExitStatus status)
{
    return status == ExitStatus::exited(0) || status == ExitStatus::exited(255);
}

Ruling lifetime_is_over()
{
    return {Verdict::succeeded, Level::info, "exceeded maximum time to live, shutting down"};
}

}  // namespace

Tunnel::Tunnel(asio::any_io_executor executor, const TunnelSettings& settings,
               const InheritedSignals& inherited, Log& log, std::function<void()> on_started)
    : executor_(executor), settings_(settings), inherited_(inherited), log_(log),
      on_started_(std::move(on_started)),
      end_of_life_(settings.max_lifetime ? Clock::now() + *settings.max_lifetime : never),
      backoff_(settings.poll), event_(executor)
{
    if (settings.monitor)
        monitor_.emplace(executor, settings, log, [this] { event_.notify(); });
}

void Tunnel::ask(Request request, int signal)
{
    if (request == Request::stop && stops_++ == 0)
        asked_by_ = signal;
    asked_ = std::max(asked_, request);
    event_.notify();
}

asio::awaitable<Verdict> Tunnel::run()
{
    for (;;) {
        if (settings_.max_start && starts_ >= *settings_.max_start) {
            log_.info("max start count reached; exiting");
            co_return Verdict::succeeded;
        }
        const std::optional<Verdict> ended = co_await pause();
        if (ended)
            co_return *ended;
        if (!start())
            continue;
        const Verdict verdict = co_await watch();
        ssh_.reset();
        terminal_.restore();
        if (verdict != Verdict::restart)
            co_return verdict;
    }
}

/// Manual, "Backoff". A verdict: there is no next start.
asio::awaitable<std::optional<Verdict>> Tunnel::pause()
{
    std::optional<Duration> since_last_start;
    if (last_start_)
        since_last_start = std::chrono::duration_cast<Duration>(Clock::now() - *last_start_);
    const Duration wait = backoff_.before_start(since_last_start);
    const Time end_of_wait = Clock::now() + wait;
    log_.debug("checking for grace period, tries = {}", backoff_.tries());
    if (wait > Duration::zero())
        log_.debug("sleeping for grace time {} secs", in_seconds(wait));

    for (;;) {
        if (asked_ == Request::stop)
            co_return conclude({Verdict::stopped, Level::error, "signalled to exit"});
        if (Clock::now() >= end_of_life_)
            co_return conclude(lifetime_is_over());
        if (Clock::now() >= end_of_wait || asked_ != Request::none)
            break;
        co_await event_.wait_until(std::min(end_of_wait, end_of_life_));
    }
    asked_ = Request::none;
    co_return std::nullopt;
}

/// False: for want of something that comes back, ssh could not be started this time.
bool Tunnel::start()
{
    ++starts_;
    last_start_ = Clock::now();
    if (settings_.max_start)
        log_.info("starting ssh (count {} of {})", starts_, *settings_.max_start);
    else
        log_.info("starting ssh (count {})", starts_);

    terminal_.remember();
    try {
        ssh_.emplace(executor_, settings_.ssh, inherited_, [this] { event_.notify(); });
    } catch (const std::system_error& error) {
        const bool first = starts_ == 1;
        if (first || !passes_by_itself(error.code()))
            throw;
        log_.error("{}", error.what());
        return false;
    }
    log_.info("ssh child pid is {}", ssh_->pid());
    next_test_ = *last_start_ + settings_.first_poll;
    if (on_started_)
        std::exchange(on_started_, nullptr)();
    return true;
}

/// Stays with one ssh until it has ended, and rules what comes next.
asio::awaitable<Verdict> Tunnel::watch()
{
    std::optional<Ruling> reason;
    while (!ssh_->status() && !reason) {
        suspend_with_ssh();
        reason = reason_to_end_ssh();
        if (!reason)
            co_await event_.wait_until(next_deadline());
    }
    if (monitor_)
        monitor_->abandon();

    if (!reason) {
        const auto lasted = std::chrono::duration_cast<Duration>(Clock::now() - *last_start_);
        const Ruling ruling = judge(*ssh_->status(), Attempt{starts_ == 1, lasted}, settings_);
        if (ruling.verdict != Verdict::restart && may_be_stopped(*ssh_->status()))
            co_await wait_for_stop(Clock::now() + stop_may_follow);
        co_return conclude(asked_ == Request::stop ? received_signal() : ruling);
    }
    const Verdict verdict = conclude(*reason);
    co_await end_ssh();
    if (verdict == Verdict::restart && asked_ == Request::stop)  // asked while it was being ended
        co_return conclude(received_signal());
    asked_ = Request::none;
    co_return verdict;
}

asio::awaitable<void> Tunnel::wait_for_stop(Time deadline)
{
    while (asked_ != Request::stop && Clock::now() < deadline)
        co_await event_.wait_until(deadline);
}

Ruling Tunnel::received_signal() const
{
    return {Verdict::stopped, Level::info, fmt::format("received signal to exit ({})", asked_by_)};
}

/// The rules by which a living ssh is ended, strongest first.
std::optional<Ruling> Tunnel::reason_to_end_ssh()
{
    if (asked_ == Request::stop)
        return received_signal();
    if (asked_ == Request::restart)
        return Ruling{Verdict::restart, Level::info, "signalled to kill and restart ssh"};
    asked_ = Request::none;  // nothing to retry while ssh runs
    if (Clock::now() >= end_of_life_)
        return lifetime_is_over();

    const std::optional<bool> passed = test_result();
    if (passed == false)
        return Ruling{Verdict::restart, Level::info, "port down, restarting ssh"};
    return std::nullopt;
}

/// Manual, "Heartbeat": begins a test when one is due, and takes the result of one that is over.
std::optional<bool> Tunnel::test_result()
{
    if (!monitor_)
        return std::nullopt;
    const std::optional<bool> passed = monitor_->take_result();
    if (passed) {
        next_test_ = Clock::now() + settings_.poll;
        if (*passed)
            log_.debug("connection ok");
    } else if (!monitor_->testing() && Clock::now() >= next_test_) {
        monitor_->start_test();
    }
    return passed;
}

Time Tunnel::next_deadline() const
{
    const bool test_to_come = monitor_ && !monitor_->testing();
    return std::min(end_of_life_, test_to_come ? next_test_ : never);
}

/// Manual, "Signals": SIGTERM, and SIGCONT so that a stopped ssh can obey; SIGKILL when it does not.
asio::awaitable<void> Tunnel::end_ssh()
{
    ssh_->signal(SIGTERM);
    ssh_->signal(SIGCONT);
    const Time kill_at = Clock::now() + settings_.kill_time;
    while (!ssh_->status() && Clock::now() < kill_at && stops_ < 2)
        co_await event_.wait_until(kill_at);
    if (ssh_->status())
        co_return;

    if (stops_ < 2)
        log_.info("ssh ({}) has not ended within {} of SIGTERM, sending SIGKILL", ssh_->pid(),
                  with_unit(settings_.kill_time));
    ssh_->signal(SIGKILL);
    const Time give_up_at = Clock::now() + time_to_die;
    while (!ssh_->status()) {
        if (stops_ > 0 && Clock::now() >= give_up_at) {
            log_.error("ssh ({}) does not end on SIGKILL, leaving it", ssh_->pid());
            ssh_->abandon();
        } else {
            co_await event_.wait_until(stops_ > 0 ? give_up_at : never);
        }
    }
}

/// ssh has suspended itself (~^Z), but the shell knows only us: stop as well, until the shell continues both.
void Tunnel::suspend_with_ssh()
{
    if (ssh_->take_stop() != SIGTSTP || !terminal_.in_foreground())
        return;
    if (monitor_)
        monitor_->abandon();  // the time we are stopped must not count against it
    std::raise(SIGTSTP);
    ssh_->signal(SIGCONT);
    next_test_ = Clock::now() + settings_.poll;
}

Verdict Tunnel::conclude(const Ruling& ruling)
{
    if (!ruling.line.empty())
        log_.write(ruling.level, "{}", ruling.line);
    return ruling.verdict;
}

}  // namespace autossh
