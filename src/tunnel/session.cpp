#include "autossh/tunnel/session.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/login_rules.hpp"
#include "autossh/rules/session_end.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

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

}  // namespace

Session::Session(World& world, std::size_t number, const TunnelSettings& settings, LoginHelp& help, Log& log,
                 Event& event)
    : executor_(world.process.executor), settings_(settings), manner_(manner_of(settings)), log_(log),
      tracker_(log, settings.monitor.has_value(), [this] { return process_.login_progress(); }),
      answerer_(world.process, world.questions, settings, help, log, [&event] { event.notify(); }),
      tests_(executor_, settings, log, [&event] { event.notify(); }),
      connection_(settings, log, tracker_, tests_),
      setup_(executor_, settings, log, tracker_, tests_, answerer_, world.place, folder_of(number),
             [&event] { event.notify(); }),
      process_(world, number, settings, log, event),
      facts_(settings, {process_, tracker_, answerer_, connection_, setup_}),
      forward_watch_(settings, log, {tracker_, connection_, setup_, facts_})
{
    answerer_.listen_by([this] { setup_.drain(); });
}

std::optional<Failure> Session::start(std::int64_t start)
{
    const Time now = Clock::now();
    const bool first = start == 1;
    facts_.begin(now, first);
    setup_.renew();
    if (const auto failure = setup_.reason_not_to_start())
        return failure;
    const std::vector<std::string> loop = tests_.make_loop();
    tracker_.starting(first ? "first start" : fmt::format("start {}", start), tests_.loop_port(),
                      tests_.loop_entrance());
    if (settings_.max_start)
        log_.info("starting ssh (count {} of {})", start, *settings_.max_start);
    else
        log_.info("starting ssh (count {})", start);

    connection_.ssh_starts(plan());
    login_seen_ = false;
    forward_watch_.ssh_starts();
    process_.will_start(plan().is_shared);
    const LoginPatience& of_server = facts_.patience();
    Command command =
        command_for(settings_, plan(), loop, {of_server.for_greeting(), of_server.for_answers()});
    if (setup_.takes_questions()) {
        const bool person = setup_.may_ask_caller() || (first && process_.terminal().in_foreground());
        const auto variables = answerer_.ssh_starts(plan(), person);
        command.environment.insert(command.environment.end(), variables.begin(), variables.end());
    }
    const UniqueFd errors = setup_.errors_of_ssh();
    process_.start(std::move(command), errors ? errors.get() : -1);
    const pid_t ssh = process_.pid();
    answerer_.ssh_runs(ssh, plan().destination.by_proxy);
    tracker_.runs(ssh);
    log_.info("ssh child pid is {}", ssh);
    tracker_.executed(ssh);
    if (!setup_.may_ask_caller())  // we might never know when to let them go
        answerer_.release_caller();
    tests_.ssh_started(now, plan().log.login_is_heard, plan().keepalive.has_value());
    return std::nullopt;
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
        connection_.logged_in(process_.pid(), *tracker_.logged_in_at());
        answerer_.ssh_has_logged_in();
    }
    if (tracker_.client_state().loop_refused())
        tests_.loop_is_refused();
    connection_.look_for_way(process_.pid(), plan(), now);
    connection_.listen_for_silence(now);
    if (!tests_rest())
        connection_.test(now);
    forward_watch_.look(process_.pid(), now);
}

/// Those tests would blame the connection for an ssh that is stopped, or end one that may live on.
bool Session::tests_rest() const
{
    return (process_.stops().is_stopped() && manner_.tests_rest_with_ssh) || connection_.waits_for_way();
}

void Session::follow_stops()
{
    using Change = ClientProcess::StopChange;
    while (const auto change = process_.take_stop_change()) {
        if (change == Change::suspended_with_us)
            tests_.postpone(Clock::now());  // the time we were stopped must not count against it
        else if (change == Change::goes_on)
            note_continued();
    }
}

Situation Session::situation()
{
    const Time now = Clock::now();
    Situation situation;
    situation.address_is_gone = connection_.address_is_gone();
    if (now >= login_deadline(facts_.awaited_login(), settings_))
        situation.missed_login_limit = plan().login.limit;
    if (now >= process_.stops().deadline())
        situation.hung_for = StopTracker::patience;
    const ForwardsOfSession forwards = facts_.forwards();
    if (forwards.may_be_retried && forwards.all_refused)
        situation.useless = tracker_.refusal();
    if (forward_watch_.retry_is_due(now))
        situation.refused_forward = tracker_.refusal();
    situation.failed_test = connection_.failed_test();
    return situation;
}

Time Session::next_deadline() const
{
    return std::min({tests_rest() ? never : tests_.next_deadline(), connection_.next_look(),
                     login_deadline(facts_.awaited_login(), settings_), tracker_.settled_at(),
                     tracker_.logged_in_at() ? never : answerer_.next_look(), process_.stops().deadline(),
                     forward_watch_.next_look()});
}

void Session::note_network_change()
{
    if (!process_.status())
        connection_.note_network_change(process_.pid(), plan());
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
    co_await process_.end(stops);
}

Awaitable<void> Session::hear_rest(const int& stops)
{
    const Time began = Clock::now();
    bool more = setup_.drain();
    while (more && stops < 2 && Clock::now() - began < (stops > 0 ? longest_rest : settings_.kill_time)) {
        co_await asio::post(executor_, no_throw);
        more = setup_.drain();
    }
}

Ruling Session::judge_end(ExitStatus status)
{
    tests_.abandon();
    tracker_.ssh_has_ended();
    setup_.finish();
    const ClientState& said = tracker_.client_state();
    const bool by_person = facts_.ended_at_terminal();
    const Failure by_log = tracker_.failure_of(status, setup_.complaint());
    const Failure failure =
        facts_.for_person(said.logged_in() ? by_log
                                           : failure_of_question(answerer_.explained(by_log), said, plan(),
                                                                 setup_.complaint()));
    // Whoever has ended it knows, unless it was another command than theirs.
    if (remote_command_has_ended(said.logged_in(), status) && failure.remedy.empty())
        tracker_.session_is_over();
    tracker_.note_failure(failure);
    return judge_session(facts_.end(status, by_person, failure, by_log), settings_);
}

std::optional<Ruling> Session::judge_living()
{
    const bool refused = plan().forwards.we_end_ssh && tracker_.client_state().some_forward_failed();
    if (!refused && !answerer_.must_end())
        return std::nullopt;
    Ruling ruling = judge_end(ExitStatus::exited(ssh_error));
    const Failure failure = refused
                                ? tracker_.refusal()
                                : failure_of_question(answerer_.explained(*answerer_.failure()),
                                                      tracker_.client_state(), plan(), setup_.complaint());
    tracker_.note_failure(failure);
    ruling.cause = failure.cause;
    ruling.failure = failure.failure_class;
    return ruling;
}

void Session::finish(std::optional<FailureClass> failure)
{
    forward_watch_.ssh_has_ended(failure);
    const bool secret_refused = failure && facts_.secret_may_be_wrong(*failure);
    const bool perhaps_refused = facts_.login_may_be_refused(failure);
    process_.terminal().restore();
    answerer_.ssh_has_ended();
    setup_.finish();
    tracker_.ended_of(failure);
    last_ = LastSession{.ran = process_.is_there(),
                        .up = tracker_.up_for(Clock::now()),
                        .logged_in = tracker_.client_state().logged_in(),
                        .failure = failure.value_or(FailureClass::other),
                        .secret_refused = secret_refused,
                        .perhaps_refused = perhaps_refused};
    process_.finish();
}

Awaitable<void> Session::finish_orphans(const int& stops)
{
    co_await process_.finish_orphans(stops);
}

std::optional<LastSession> Session::last() const
{
    if (!last_)
        return std::nullopt;
    LastSession last = *last_;
    last.since_start = facts_.since_start();
    if (const auto lost = facts_.forwards().port_lost_at)
        last.since_port_lost = std::chrono::duration_cast<Duration>(Clock::now() - *lost);
    return last;
}

}  // namespace autossh
