#include "autossh/tunnel/session.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/login_rules.hpp"
#include "autossh/rules/session_end.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/tunnel/ending.hpp"

#include <algorithm>
#include <csignal>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

/// Whoever wants to stop does not wait for all that an ssh has still to say.
constexpr Duration longest_rest = std::chrono::seconds(1);

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

SshChoices choices_in(const TunnelSettings& settings)
{
    return choices_of(std::span(settings.ssh.arguments).subspan(1));
}

/// By -S, -O, or an option in the user's words: its master is meant to outlive ssh.
bool is_shared(const TunnelSettings& settings)
{
    return choices_in(settings).multiplexing;
}

}  // namespace

Session::Session(World& world, std::size_t number, const TunnelSettings& settings, LoginHelp& help, Log& log,
                 Event& event)
    : world_(world), mark_(mark_of(world, number)), settings_(settings), manner_(manner_of(settings)),
      log_(log), event_(event), terminal_(world.has_one_tunnel() ? Terminal() : Terminal::none()),
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

/// Those tests would blame the connection for an ssh that is stopped.
bool Session::tests_rest() const
{
    return stops_.is_stopped() && manner_.tests_rest_with_ssh;
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
    Situation situation;
    situation.address_is_gone = connection_.address_is_gone();
    if (now >= login_deadline())
        situation.missed_login_limit = plan().login.limit;
    if (now >= stops_.deadline())
        situation.hung_for = StopTracker::patience;
    const ForwardsOfSession forwards = this->forwards();
    if (forwards.may_be_retried && forwards.all_refused)
        situation.useless = tracker_.refusal();
    if (now >= forward_retries_.next(forwards, settings_))
        situation.refused_forward = tracker_.refusal();
    situation.failed_test = connection_.failed_test();
    return situation;
}

Time Session::login_deadline() const
{
    return autossh::login_deadline({.started = *started_,
                                    .limit = plan().login.limit,
                                    .has_succeeded = tracker_.logged_in_at().has_value(),
                                    .person_was_asked = answerer_.has_asked_person()},
                                   settings_);
}

ForwardsOfSession Session::forwards() const
{
    const ClientState& said = tracker_.client_state();
    return {.may_be_retried = plan().forwards.are_retried,
            .tunnel_degraded = tracker_.status().state == State::degraded,
            .some_refused = said.some_forward_failed(),
            .all_refused = said.every_forward_failed(plan().forwards.users),
            .came_up = tracker_.up_for(Clock::now()) > Duration::zero(),
            .logged_in_at = tracker_.logged_in_at()};
}

Time Session::next_deadline() const
{
    return std::min({tests_rest() ? never : tests_.next_deadline(), connection_.next_look(), login_deadline(),
                     tracker_.settled_at(), tracker_.logged_in_at() ? never : answerer_.next_look(),
                     stops_.deadline(), forward_retries_.next(forwards(), settings_)});
}

void Session::note_network_change()
{
    if (!ssh_->status())
        connection_.note_network_change(ssh_->pid(), plan());
}

void Session::note_continued()
{
    if (manner_.tests_rest_with_ssh)
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
    const ClientState& said = tracker_.client_state();
    const bool by_person = ended_at_terminal();
    if (remote_command_has_ended(said.logged_in(), status))
        tracker_.session_is_over();
    const Failure by_log = tracker_.failure_of(status, setup_.complaint());
    const Failure failure = said.logged_in() ? by_log : answerer_.explained(by_log);
    const bool wrong_secret = secret_may_be_wrong(failure.failure_class);
    return judge_session(
        {.status = status,
         .attempt = {.first = first_,
                     .lasted = since_start(),
                     .by_person = by_person,
                     .attended = plan().understood ? plan().login.is_attended : terminal_.is_there(),
                     .person_was_asked = answerer_.has_asked_person(),
                     .failure = failure.failure_class,
                     .failure_is_claimed = said.reason_is_claimed() && failure == by_log,
                     .perhaps_refused = wrong_secret || login_may_be_refused(failure.failure_class),
                     .only_forwards = plan().understood && !plan().session.is_wanted},
         .cause = tracker_.cause_of_end(failure, status),
         .logged_in = said.logged_in(),
         .secret_may_be_wrong = wrong_secret},
        settings_);
}

/// The system is asked only where there is a terminal on the server.
bool Session::ended_at_terminal() const
{
    TerminalEnd end{.has_terminal = plan().session.has_terminal && !plan().destination.by_proxy};
    if (end.has_terminal) {
        end.closed_by_us = connection_.closed_by_us();
        end.failed = tracker_.client_state().failed();
        end.typed_just_before = terminal_.typed_within(just_typed);
    }
    return ended_by_person(end);
}

Duration Session::since_start() const
{
    return std::chrono::duration_cast<Duration>(Clock::now() - *started_);
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

bool Session::secret_may_be_wrong(FailureClass failure) const
{
    return autossh::secret_may_be_wrong({.failure = failure,
                                         .logged_in = tracker_.logged_in_at().has_value(),
                                         .up = tracker_.up_for(Clock::now()),
                                         .is_in_doubt = answerer_.secret_may_be_wrong(failure)});
}

bool Session::login_may_be_refused(std::optional<FailureClass> failure)
{
    if (!ssh_)
        return false;
    const auto least = least_bytes_of_refusal(
        {.status = ssh_->status(),
         .failure = failure,
         .lasted = since_start(),
         .has_succeeded = tracker_.logged_in_at().has_value() || answerer_.jump_host_let_in(),
         .is_talkative = choices_in(settings_).verbose});
    return least && is_openssh() && may_have_been_refused(ssh_->traces(), *least);
}

void Session::finish(std::optional<FailureClass> failure)
{
    forward_retries_.note_end(forwards());
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
    last.since_start = since_start();
    return last;
}

}  // namespace autossh
