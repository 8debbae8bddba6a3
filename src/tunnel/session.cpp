#include "autossh/tunnel/session.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/tunnel/ending.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

/// ~. is typed at most this long before ssh has ended; Linux notes the time of an input to 8 s.
constexpr Duration just_typed = std::chrono::seconds(16);

/// An ssh that has lived longer was not refused, or not quickly enough to make a server ban us.
constexpr Duration longest_login = std::chrono::minutes(2);

/// What OpenSSH writes before it can be refused: its list of algorithms; and with the exchange itself.
constexpr std::uint64_t bytes_of_key_exchange = 1024;
constexpr std::uint64_t bytes_of_login = 2048;

/// Whoever wants to stop does not wait for all that an ssh has still to say.
constexpr Duration longest_rest = std::chrono::seconds(1);

constexpr Duration longest_to_retry = std::chrono::minutes(10);

constexpr const char* ended_from_outside = "ssh was ended from outside, by a signal or by ssh -O exit, which "
                                           "ends autossh as in 1.4g; --restart always "
                                           "goes on";

/// Of the first tunnel it is the private directory itself.
std::string folder_of(std::size_t number)
{
    return number == 1 ? "" : std::to_string(number);
}

/// The variable by which the orphans of several tunnels' clients are told apart.
std::string mark_of(const World& world, std::size_t number)
{
    return world.has_one_tunnel() ? "" : fmt::format("AUTOSSH_TUNNEL={}.{}", ::getpid(), number);
}

/// By -S, -O, or an option in the user's words: its master is meant to outlive ssh.
bool is_shared(const TunnelSettings& settings)
{
    return choices_of(std::span(settings.ssh.arguments).subspan(1)).multiplexing;
}

}  // namespace

Session::Session(World& world, std::size_t number, const TunnelSettings& settings, LoginHelp& help, Log& log,
                 Event& event)
    : world_(world), mark_(mark_of(world, number)), settings_(settings), log_(log), event_(event),
      terminal_(world.has_one_tunnel() ? Terminal() : Terminal::none()),
      tracker_(log, settings.monitor.has_value(), [this] { return login_progress(); }),
      answerer_(world.process, world.questions, settings, help, log, [&event] { event.notify(); }),
      tests_(world.process.executor, settings, log, [&event] { event.notify(); }),
      connection_(settings, log, tracker_, tests_),
      setup_(world.process.executor, settings, log, tracker_, tests_, answerer_, world.place,
             folder_of(number), [&event] { event.notify(); }),
      orphans_(world.process.executor, world.process.reaper,
               {.kill_time = settings.kill_time, .shared = is_shared(settings), .mark = mark_}, log,
               [&event] { event.notify(); })
{
    answerer_.listen_by([this] { setup_.drain(); });
}

std::optional<Failure> Session::start(std::int64_t start)
{
    started_ = Clock::now();
    first_ = start == 1;
    setup_.renew();
    if (const auto failure = setup_.reason_not_to_start())
        return failure;
    const std::vector<std::string> loop = tests_.make_loop();
    tracker_.starting(first_ ? "first start" : fmt::format("start {}", start), tests_.loop_port(),
                      tests_.loop_entrance());
    if (settings_.max_start)
        log_.info("starting ssh (count {} of {})", start, *settings_.max_start);
    else
        log_.info("starting ssh (count {})", start);

    connection_.ssh_starts(plan());
    stops_ = {};
    login_seen_ = false;
    terminal_.remember();
    orphans_.ssh_starts();
    Command command = command_for(settings_, setup_.plan(), loop);
    if (setup_.takes_questions()) {
        const bool person = setup_.may_ask_caller() || (first_ && terminal_.in_foreground());
        const auto variables = answerer_.ssh_starts(plan(), person);
        command.environment.insert(command.environment.end(), variables.begin(), variables.end());
    }
    if (!mark_.empty())
        command.environment.push_back(mark_);
    ssh_.emplace(world_.process, command, [this] { event_.notify(); });
    orphans_.ssh_runs(ssh_->pid());
    answerer_.ssh_runs(ssh_->pid(), plan().destination.by_proxy);
    tracker_.runs(ssh_->pid());
    log_.info("ssh child pid is {}", ssh_->pid());
    tracker_.executed(ssh_->pid());
    if (!setup_.may_ask_caller())  // we might never know when to let them go
        answerer_.release_caller();
    tests_.ssh_started(*started_, setup_.plan().log.login_is_heard);
    return std::nullopt;
}

/// Of another program the system shows nothing that could be understood.
LoginProgress Session::login_progress()
{
    if (!ssh_ || !is_openssh())
        return LoginProgress::unknown;
    return progress_of(ssh_->traces());
}

/// Asked only when it matters, as it reads the program.
bool Session::is_openssh()
{
    if (!is_openssh_)
        is_openssh_ = is_openssh_client(settings_.ssh.file);
    return *is_openssh_;
}

void Session::look()
{
    const Time now = Clock::now();
    follow_stops();
    setup_.drain();
    tracker_.look(now);
    if (!tracker_.logged_in_at())
        answerer_.look(now);
    if (tracker_.logged_in_at() && !std::exchange(login_seen_, true)) {
        connection_.logged_in(ssh_->pid(), *tracker_.logged_in_at());
        answerer_.ssh_has_logged_in();
    }
    if (tracker_.client_state().loop_refused())
        tests_.loop_is_refused();
    connection_.listen_for_silence(now);
    if (!tests_rest())
        connection_.test(now);
}

/// The tests of -M auto would blame the connection for an ssh that is stopped.
bool Session::tests_rest() const
{
    return stops_.is_stopped() && settings_.auto_monitor;
}

/// A stopped ssh is known by the signal of its stop. One that has suspended itself (~^Z) must not leave the
/// shell, which knows only us, waiting: we stop as well, until the shell continues both.
void Session::follow_stops()
{
    while (const auto change = ssh_->take_stop()) {
        if (change == SIGTSTP && terminal_.in_foreground()) {
            std::raise(SIGTSTP);
            ssh_->signal(SIGCONT);
            tests_.postpone(Clock::now());  // the time we were stopped must not count against it
        } else if (*change != 0) {
            stops_.stopped(*change, terminal_.is_there(), Clock::now());
        } else if (stops_.is_stopped()) {
            stops_.continued();
            note_continued();
        }
    }
}

Situation Session::situation()
{
    const Time now = Clock::now();
    const ClientState& said = tracker_.client_state();
    Situation situation;
    situation.address_is_gone = connection_.address_is_gone();
    if (now >= login_deadline())
        situation.missed_login_limit = setup_.plan().login.limit;
    if (now >= stops_.deadline())
        situation.hung_for = StopTracker::patience;
    if (plan().forwards.are_retried && said.every_forward_failed(plan().forwards.users))
        situation.useless = tracker_.refusal();
    if (now >= retry_of_forwards())
        situation.refused_forward = tracker_.refusal();
    situation.failed_test = connection_.failed_test();
    return situation;
}

Time Session::login_deadline() const
{
    const bool person_is_at_it = !settings_.connect_timeout && answerer_.has_asked_person();
    const bool counts = setup_.plan().login.limit && !tracker_.logged_in_at() && !person_is_at_it;
    return counts ? *started_ + *setup_.plan().login.limit : never;
}

/// The others work, so they are interrupted ever less often.
Time Session::retry_of_forwards() const
{
    const bool degraded = tracker_.status().state == State::degraded;
    const bool may_start_anew = plan().forwards.are_retried && settings_.restart != RestartPolicy::none;
    const auto login = tracker_.logged_in_at();
    if (!degraded || !may_start_anew || !login || !tracker_.client_state().some_forward_failed())
        return never;
    const Duration pace = settings_.test_interval * (1 << std::min(forward_retries_, 10));
    return *login + std::min(pace, std::max(longest_to_retry, settings_.test_interval));
}

Time Session::next_deadline() const
{
    return std::min({tests_rest() ? never : tests_.next_deadline(), connection_.next_look(), login_deadline(),
                     tracker_.settled_at(), tracker_.logged_in_at() ? never : answerer_.next_look(),
                     stops_.deadline(), retry_of_forwards()});
}

void Session::note_network_change()
{
    if (!ssh_->status())
        connection_.note_network_change(ssh_->pid(), plan());
}

void Session::note_continued()
{
    if (settings_.auto_monitor)
        test_now();
}

Awaitable<void> Session::end(const Ruling& reason, const int& stops)
{
    tests_.abandon();
    tracker_.ending(reason.cause);
    log_.write(reason.level, "{}", reason.line);
    orphans_.ssh_is_ending();
    co_await end_process(*ssh_, settings_.kill_time, event_, stops, log_);
}

Awaitable<void> Session::hear_rest(const int& stops)
{
    const Time began = Clock::now();
    bool more = setup_.drain();
    while (more && stops < 2 && Clock::now() - began < (stops > 0 ? longest_rest : settings_.kill_time)) {
        co_await asio::post(world_.process.executor, no_throw);
        more = setup_.drain();
    }
}

Ruling Session::judge_end(ExitStatus status)
{
    tests_.abandon();
    tracker_.ssh_has_ended();
    setup_.finish();
    const auto lasted = std::chrono::duration_cast<Duration>(Clock::now() - *started_);
    const ClientState& said = tracker_.client_state();
    // The server's end of a session looks the same to us, but for who has closed the connection.
    const bool by_person = plan().session.has_terminal && !plan().destination.by_proxy &&
                           connection_.closed_by_us() && !said.failed() && terminal_.typed_within(just_typed);
    if (said.logged_in() && !status.by_signal() && status.number() != ssh_error)
        tracker_.session_is_over();
    const Failure by_log = tracker_.failure_of(status, setup_.complaint());
    const Failure failure = said.logged_in() ? by_log : answerer_.explained(by_log);
    const Attempt attempt{.first = first_,
                          .lasted = lasted,
                          .by_person = by_person,
                          .attended = plan().understood ? plan().login.is_attended : terminal_.is_there(),
                          .person_was_asked = answerer_.has_asked_person(),
                          .failure = failure.failure_class,
                          .failure_is_claimed = said.reason_is_claimed() && failure == by_log,
                          .perhaps_refused = login_may_be_refused(failure.failure_class) ||
                                             secret_may_be_wrong(failure.failure_class),
                          .only_forwards = plan().understood && !plan().session.is_wanted};
    Ruling ruling = judge(status, attempt, settings_);
    if (status != ExitStatus::exited(0) || failure.failure_class != FailureClass::other)
        ruling.failure = failure.failure_class;
    // Without a session it ends so only at somebody's request, and it does not say whose.
    const bool from_outside = attempt.only_forwards && said.logged_in() && status == ExitStatus::exited(0);
    if (from_outside && ruling.verdict != Verdict::restart)
        ruling.note = ended_from_outside;
    if (ruling.cause.empty())
        ruling.cause = tracker_.cause_of_end(failure, status);
    if (failure.failure_class != FailureClass::authentication_refused &&
        secret_may_be_wrong(failure.failure_class))
        ruling.cause += "; the secret may be wrong";
    return ruling;
}

std::optional<Ruling> Session::judge_living()
{
    const bool refused = plan().forwards.we_end_ssh && tracker_.client_state().some_forward_failed();
    if (!refused && !answerer_.must_end())
        return std::nullopt;
    Ruling ruling = judge_end(ExitStatus::exited(ssh_error));
    const Failure failure = refused ? tracker_.refusal() : *answerer_.failure();
    ruling.cause = failure.cause;
    ruling.failure = failure.failure_class;
    return ruling;
}

/// Where ssh's log cannot be read, a client that has come up has logged in.
bool Session::secret_may_be_wrong(FailureClass failure) const
{
    if (failure == FailureClass::local_port_in_use)  // that comes behind the log-in
        return false;
    const bool let_in = tracker_.logged_in_at() || tracker_.up_for(Clock::now()) > Duration::zero();
    return !let_in && answerer_.secret_may_be_wrong(failure);
}

/// Of a client whose log was not read (--plain, -q, a log of the user's own), or whose jump host or server
/// has only closed the connection.
bool Session::login_may_be_refused(std::optional<FailureClass> failure)
{
    const bool closed = failure == FailureClass::connection_lost || failure == FailureClass::timed_out;
    const bool known = failure && *failure != FailureClass::other && !closed;
    const bool lasted = Clock::now() - *started_ >= longest_login;
    // What it tells with -v makes its words no measure of what it did.
    const bool talkative = choices_of(std::span(settings_.ssh.arguments).subspan(1)).verbose;
    if (!ssh_ || known || lasted || talkative || answerer_.jump_host_let_in() || tracker_.logged_in_at() ||
        ssh_->status() != ExitStatus::exited(ssh_error) || !is_openssh())
        return false;
    return may_have_been_refused(ssh_->traces(), closed ? bytes_of_login : bytes_of_key_exchange);
}

void Session::finish(std::optional<FailureClass> failure)
{
    const bool came_up = tracker_.up_for(Clock::now()).value_or(Duration::zero()) > Duration::zero();
    const ClientState& said = tracker_.client_state();
    if (said.some_forward_failed() && !said.every_forward_failed(plan().forwards.users))
        ++forward_retries_;
    else if (came_up)
        forward_retries_ = 0;
    const bool secret_refused = failure && secret_may_be_wrong(*failure);
    const bool perhaps_refused = login_may_be_refused(failure);
    terminal_.restore();
    answerer_.ssh_has_ended();
    setup_.finish();
    tracker_.ended_of(failure);
    last_ = LastSession{.ran = ssh_.has_value(),
                        .up = tracker_.up_for(Clock::now()),
                        .logged_in = tracker_.client_state().logged_in(),
                        .failure = failure.value_or(FailureClass::other),
                        .secret_refused = secret_refused,
                        .perhaps_refused = perhaps_refused};
    ssh_.reset();
    orphans_.ssh_ended();
}

Awaitable<void> Session::finish_orphans(const int& stops)
{
    co_await orphans_.finish(event_, stops);
}

std::optional<LastSession> Session::last() const
{
    if (!last_)
        return std::nullopt;
    LastSession last = *last_;
    last.since_start = std::chrono::duration_cast<Duration>(Clock::now() - *started_);
    return last;
}

}  // namespace autossh
