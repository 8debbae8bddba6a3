#include "autossh/tunnel.hpp"

#include "autossh/coroutine.hpp"
#include "autossh/key_circumstances.hpp"
#include "autossh/numbers.hpp"

#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>

namespace autossh {

namespace asio = boost::asio;

namespace {

/// Who stops a whole group (a service manager, a shell's kill %1) may reach ssh before us. Our own signal is
/// at most this far behind; a clean end of ssh must not be mistaken for one that ends autossh.
constexpr Duration stop_may_follow = std::chrono::milliseconds(10);

/// ~. is typed at most this long before ssh has ended; Linux notes the time of an input to 8 s.
constexpr Duration just_typed = std::chrono::seconds(16);

/// How ssh exits when it is stopped: 255, or 0 without a session (-N).
bool may_be_stopped(ExitStatus status)
{
    return status == ExitStatus::exited(0) || status == ExitStatus::exited(ssh_error);
}

Ruling lifetime_is_over()
{
    return {Verdict::succeeded, Level::info, "exceeded maximum time to live, shutting down",
            "the maximum lifetime is over"};
}

Ruling log_in_takes_too_long(Duration limit)
{
    return {Verdict::restart, Level::info,
            fmt::format("ssh has not logged in within {}, restarting ssh", with_unit(limit)),
            fmt::format("not logged in within {} (connect timeout)", with_unit(limit))};
}

}  // namespace

Tunnel::Tunnel(asio::any_io_executor executor, const TunnelSettings& settings,
               const InheritedSignals& inherited, Log& log, std::function<void()> on_started)
    : executor_(executor), settings_(settings), inherited_(inherited), log_(log),
      on_started_(std::move(on_started)),
      end_of_life_(settings.max_lifetime ? Clock::now() + *settings.max_lifetime : never),
      backoff_(settings.poll), account_(log), event_(executor),
      tests_(executor, settings, log, [this] { event_.notify(); }),
      setup_(executor, settings, log, account_, tests_, [this] { event_.notify(); }),
      orphans_(
          executor, settings, log, [this](pid_t pid) { return ssh_ && ssh_->pid() == pid; },
          [this] { event_.notify(); })
{}

void Tunnel::ask(Request request, int signal)
{
    if (request == Request::stop && stops_++ == 0)
        asked_by_ = signal;
    if (request > asked_)
        last_signal_ = signal;
    asked_ = std::max(asked_, request);
    event_.notify();
}

asio::awaitable<Verdict> Tunnel::run()
{
    const Verdict verdict = co_await keep_running();
    co_await orphans_.finish(event_, stops_);
    co_return verdict;
}

asio::awaitable<Verdict> Tunnel::keep_running()
{
    if (is_to_be_asked(settings_))
        co_await ask_client();
    if (settings_.auto_monitor && !setup_.doubt().empty())
        log_.info("no connection tests: {}", setup_.doubt());
    for (;;) {
        if (settings_.max_start && starts_ >= *settings_.max_start) {
            log_.info("max start count reached; exiting");
            if (starts_ > 0)
                account_.gave_up(down_because_.empty()
                                     ? "max start count reached"
                                     : fmt::format("{}; max start count reached", down_because_));
            co_return Verdict::succeeded;
        }
        const std::optional<Verdict> ended = co_await pause();
        if (ended)
            co_return *ended;
        if (!start())
            continue;
        const Verdict verdict = co_await watch();
        ssh_.reset();
        if (verdict != Verdict::restart)
            co_return verdict;
    }
}

/// Manual, "What is added": once, before the first start.
asio::awaitable<void> Tunnel::ask_client()
{
    Inquiry inquiry(executor_, settings_.ssh, inherited_, [this] { event_.notify(); });
    std::optional<Answer> answer = inquiry.take();
    while (!answer && asked_ != Request::stop && Clock::now() < end_of_life_) {
        co_await event_.wait_until(end_of_life_);
        answer = inquiry.take();
    }
    setup_.settle(std::move(answer));
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
    if (!down_because_.empty())
        account_.waiting(std::exchange(down_because_, {}), wait);

    for (;;) {
        if (asked_ == Request::stop)
            co_return conclude({Verdict::stopped, Level::error, "signalled to exit", ""});
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
    setup_.renew();
    const std::vector<std::string> loop = tests_.make_loop();
    account_.starting(starts_ == 1 ? "first start" : fmt::format("start {}", starts_), tests_.loop_port());
    if (settings_.max_start)
        log_.info("starting ssh (count {} of {})", starts_, *settings_.max_start);
    else
        log_.info("starting ssh (count {})", starts_);

    terminal_.remember();
    orphans_.ssh_starts();
    try {
        ssh_.emplace(executor_, command_for(settings_, setup_.plan(), loop), inherited_,
                     [this] { event_.notify(); });
    } catch (const std::system_error& error) {
        const bool first = starts_ == 1;
        if (!first && !passes_by_itself(error.code()))
            account_.gave_up(error.what());
        if (first || !passes_by_itself(error.code()))
            throw;
        log_.error("{}", error.what());
        down_because_ = error.what();
        return false;
    }
    log_.info("ssh child pid is {}", ssh_->pid());
    account_.executed(ssh_->pid());
    connection_.reset();
    login_seen_ = false;
    tests_.ssh_started(*last_start_, setup_.plan().login_is_heard);
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
        listen();
        reason = reason_to_end_ssh();
        if (!reason)
            co_await event_.wait_until(next_deadline());
    }
    tests_.abandon();

    Ruling ruling;
    if (reason)
        ruling = co_await end_ssh(*reason);
    else
        ruling = co_await rule_on_end(*ssh_->status());
    co_return conclude(ruling);
}

asio::awaitable<Ruling> Tunnel::end_ssh(const Ruling& reason)
{
    account_.ending(reason.cause);
    log_.write(reason.level, "{}", reason.line);
    orphans_.ssh_is_ending();
    co_await end_process(*ssh_, settings_.kill_time, event_, stops_, log_);
    finish_session();
    if (reason.verdict == Verdict::restart && asked_ == Request::stop)  // asked while it was being ended
        co_return received_signal();
    asked_ = Request::none;
    co_return Ruling{reason.verdict, reason.level, "", reason.cause};
}

/// ssh has ended by itself.
asio::awaitable<Ruling> Tunnel::rule_on_end(ExitStatus status)
{
    finish_session();
    const Ruling ruling = judge_end(status);
    // A signal that has reached us, too, is seen in the second turn of the event loop from here.
    co_await asio::post(executor_, no_throw);
    co_await asio::post(executor_, no_throw);
    if (ruling.verdict != Verdict::restart && may_be_stopped(status))
        co_await wait_for_stop(Clock::now() + stop_may_follow);
    co_return asked_ == Request::stop ? received_signal() : ruling;
}

void Tunnel::finish_session()
{
    terminal_.restore();
    setup_.finish();
    orphans_.ssh_ended();
}

asio::awaitable<void> Tunnel::wait_for_stop(Time deadline)
{
    while (asked_ != Request::stop && Clock::now() < deadline)
        co_await event_.wait_until(deadline);
}

Ruling Tunnel::judge_end(ExitStatus status)
{
    const auto lasted = std::chrono::duration_cast<Duration>(Clock::now() - *last_start_);
    const Transcript& said = account_.transcript();
    // The server's end of a session looks the same to us, but for who has closed the connection.
    const bool by_person =
        connection_ && connection_->closed_by_us() && !said.failed() && terminal_.typed_within(just_typed);
    if (said.logged_in() && !status.by_signal() && status.number() != ssh_error)
        account_.session_is_over();
    Ruling ruling = judge(status, Attempt{starts_ == 1, lasted, by_person}, settings_);
    if (ruling.cause.empty())
        ruling.cause = account_.cause_of_end(status, setup_.complaint());
    return ruling;
}

Ruling Tunnel::received_signal() const
{
    return {Verdict::stopped, Level::info, fmt::format("received signal to exit ({})", asked_by_),
            fmt::format("asked by signal {}", asked_by_)};
}

/// ExitOnForwardFailure: as if ssh had ended for it.
Ruling Tunnel::refused_forward()
{
    Ruling ruling = judge_end(ExitStatus::exited(ssh_error));
    ruling.cause = account_.cause_of_refusal();
    return ruling;
}

/// Takes in what ssh has said by now, before anything is decided.
void Tunnel::listen()
{
    setup_.drain();
    if (account_.logged_in_at() && !std::exchange(login_seen_, true)) {
        tests_.logged_in(*account_.logged_in_at());
        if (setup_.plan().remote_terminal)
            connection_ = TcpConnection::of(ssh_->pid());
    }
    if (account_.transcript().loop_refused())
        tests_.loop_is_refused();
    account_.look(Clock::now());
}

/// The rules by which a living ssh is ended, strongest first.
std::optional<Ruling> Tunnel::reason_to_end_ssh()
{
    if (asked_ == Request::stop)
        return received_signal();
    if (asked_ == Request::restart)
        return Ruling{Verdict::restart, Level::info, "signalled to kill and restart ssh",
                      fmt::format("asked by signal {}", last_signal_)};
    asked_ = Request::none;  // nothing to retry while ssh runs
    if (Clock::now() >= end_of_life_)
        return lifetime_is_over();
    if (Clock::now() >= login_deadline())
        return log_in_takes_too_long(*setup_.plan().login_limit);
    if (setup_.plan().ends_at_refused_forward && account_.transcript().some_forward_failed())
        return refused_forward();
    return test_connection();
}

/// Manual, "Heartbeat".
std::optional<Ruling> Tunnel::test_connection()
{
    const auto outcome = tests_.step(Clock::now());
    if (tests_.tests_loop())
        account_.loop_is_tested();
    if (!outcome)
        return std::nullopt;
    switch (outcome->meaning) {
    case TestSchedule::Meaning::alive:
        log_.debug("connection ok");
        account_.test_passed(outcome->round_trip);
        break;
    case TestSchedule::Meaning::nothing: break;
    case TestSchedule::Meaning::unproven: account_.loop_unproven(outcome->failure); break;
    case TestSchedule::Meaning::suspect: account_.test_failed(outcome->failure); break;
    case TestSchedule::Meaning::dead:
        account_.test_failed(outcome->failure);
        return Ruling{Verdict::restart, Level::info, "port down, restarting ssh",
                      fmt::format("the connection test failed: {}", outcome->failure)};
    }
    return std::nullopt;
}

Time Tunnel::login_deadline() const
{
    const bool counts = setup_.plan().login_limit && !account_.logged_in_at();
    return counts ? *last_start_ + *setup_.plan().login_limit : never;
}

Time Tunnel::next_deadline() const
{
    return std::min({end_of_life_, tests_.next_deadline(), login_deadline(), account_.settled_at()});
}

/// ssh has suspended itself (~^Z), but the shell knows only us: stop as well, until the shell continues both.
void Tunnel::suspend_with_ssh()
{
    if (ssh_->take_stop() != SIGTSTP || !terminal_.in_foreground())
        return;
    std::raise(SIGTSTP);
    ssh_->signal(SIGCONT);
    tests_.postpone(Clock::now());  // the time we were stopped must not count against it
}

/// Says what the ruling says, unless it has been said.
Verdict Tunnel::conclude(const Ruling& ruling)
{
    if (!ruling.line.empty())
        log_.write(ruling.level, "{}", ruling.line);
    if (ruling.verdict == Verdict::restart)
        down_because_ = ruling.cause;
    if (ruling.verdict == Verdict::failed)
        account_.gave_up(ruling.cause);
    return ruling.verdict;
}

}  // namespace autossh
