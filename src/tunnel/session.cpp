#include "autossh/tunnel/session.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/login_rules.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/ssh/words.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

/// Whoever wants to stop does not wait for all that an ssh has still to say.
constexpr Duration longest_rest = std::chrono::seconds(1);

/// A better connection may stand, and the doubted one not be silent for long enough.
constexpr Duration between_looks_at_doubt = std::chrono::seconds(1);

/// Of the first tunnel it is the private directory itself.
std::string folder_of(std::size_t number)
{
    return number == 1 ? "" : std::to_string(number);
}

}  // namespace

Session::Session(World& world, std::size_t number, const TunnelSettings& settings, LoginHelp& help, Log& log,
                 Event& event)
    : executor_(world.process.executor), settings_(settings), manner_(manner_of(settings)), log_(log),
      event_(event),
      tracker_(log, settings.monitor.has_value(), [this] { return process_.login_progress(); }),
      answerer_(world.process, world.questions, settings, help, log, [&event] { event.notify(); }),
      tests_(executor_, settings, log, [&event] { event.notify(); }),
      connection_(settings, log, tracker_, tests_),
      setup_(executor_, settings, log, tracker_, tests_, answerer_, world.place, folder_of(number),
             [&event] { event.notify(); }),
      process_(world, settings, log, event),
      facts_(settings, {process_, tracker_, answerer_, connection_, setup_}),
      forward_watch_(settings, log, {tracker_, connection_, setup_, facts_}),
      own_master_(executor_, log, tracker_, tests_, [&event] { event.notify(); }),
      shared_socket_(log, tracker_), place_beside_(world.starts, [&event] { event.notify(); }),
      replacement_(process_.context(), settings, place_beside_, [&event] { event.notify(); }),
      predecessor_(executor_, settings, log), forward_opening_(executor_, log, tracker_)
{
    answerer_.listen_by([this] { setup_.drain(); });
}

void Session::look()
{
    const Time now = Clock::now();
    follow_stops();
    setup_.drain();
    note_words_of_server();
    own_master_.look_at_loopback(now);
    tracker_.look(now);
    if (!tracker_.logged_in_at())
        answerer_.look(now);
    if (tracker_.logged_in_at() && !std::exchange(login_seen_, true)) {
        process_.keep_traces(!tracker_.client_state().logged_in());
        connection_.logged_in(process_.pid(), *tracker_.logged_in_at());
        own_master_.logged_in(process_.pid(), now);
        if (lost_connection_)
            lost_connection_->reset();
        lost_connection_.reset();
        answerer_.ssh_has_logged_in();
    }
    if (tracker_.client_state().loop_refused())
        tests_.loop_is_refused();
    connection_.look_for_way(process_.pid(), plan(), now);
    connection_.listen_for_silence(now);
    connection_.judge_silence(now);
    if (!tests_rest())
        connection_.test(now);
    forward_watch_.look(process_.pid(), now);
    if (process_.stops().is_stopped())
        own_master_.excuse(now);
    own_master_.look(now, holder_of_refused());
    shared_socket_.look(now, process_.pid(),
                        {.is_stopped = process_.stops().is_stopped(), .is_silent = own_master_.is_silent()});
    look_at_replacement(now);
    look_at_predecessor(now);
}

/// What the log has had before the lines of an answered request is past: no words of the server's follow.
void Session::note_words_of_server()
{
    const std::uint64_t words = tracker_.client_state().circumstances().server_words;
    const bool are_new = std::exchange(server_words_, words) != words;
    if (!own_master_.take_answer() || are_new)
        return;
    if (words_before_answer_ != words)
        log_.debug("ssh has answered: what it logs now is its own");
    words_before_answer_ = words;
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
        own_master_.excuse(Clock::now());
    }
}

Time Session::next_deadline() const
{
    return std::min(
        {tests_rest() ? never : tests_.next_deadline(), connection_.next_look(),
         login_deadline(facts_.awaited_login(), settings_), tracker_.settled_at(),
         tracker_.logged_in_at() ? never : answerer_.next_look(), process_.stops().deadline(),
         forward_watch_.next_look(), own_master_.next_look(), shared_socket_.next_look(),
         replacement_.next_look(), replacement_.is_running() ? never : replacement_pace_.next_start(),
         predecessor_.next_look(), Clock::now() < renewal() ? renewal() : never,
         connection_.failed_test().empty()
             ? never
             : std::max(replacement_pace_.spared_until(), Clock::now() + between_looks_at_doubt)});
}

void Session::note_network_change()
{
    if (!process_.status())
        connection_.note_network_change(process_.pid(), plan());
}

void Session::note_continued()
{
    own_master_.excuse(Clock::now());
    if (manner_.tests_rest_with_ssh)
        test_now();
}

Awaitable<void> Session::end(const Ruling& reason, const int& stops)
{
    shared_socket_.ssh_ends();
    tests_.abandon();
    tracker_.ending(reason.cause);
    log_.write(reason.level, "{}", reason.line);
    co_await process_.end(stops);
}

Awaitable<void> Session::hear_rest(const int& stops)
{
    shared_socket_.ssh_ends();
    const Time began = Clock::now();
    bool more = setup_.drain();
    while (more && stops < 2 && Clock::now() - began < (stops > 0 ? longest_rest : settings_.kill_time)) {
        co_await asio::post(executor_, no_throw);
        more = setup_.drain();
    }
    if (tracker_.client_state().circumstances().left_to == LeftTo::background)
        co_await own_master_.end_in_background();
}

void Session::finish(std::optional<FailureClass> failure, EndedBy by)
{
    forward_opening_.end();
    if (!predecessors_master_)
        forward_opening_.remove_left_sockets();
    own_master_.ssh_has_ended();
    if (!replacement_.is_in())
        replacement_.drop();
    forward_watch_.ssh_has_ended(failure);
    const bool secret_refused = failure && facts_.secret_may_be_wrong(*failure);
    const bool perhaps_refused = facts_.login_may_be_refused(failure);
    process_.terminal().restore();
    answerer_.ssh_has_ended();
    if (!predecessors_master_)
        setup_.finish();
    tracker_.ended_of(failure, by);
    last_ = LastSession{.ran = process_.is_there(),
                        .up = tracker_.up_for(Clock::now()),
                        .logged_in = tracker_.client_state().logged_in(),
                        .failure = failure.value_or(FailureClass::other),
                        .secret_refused = secret_refused,
                        .perhaps_refused = perhaps_refused,
                        .closed_at_once = tracker_.client_state().circumstances().no_greeting,
                        .refused_beside = replacement_pace_.take_refused()};
    if (predecessors_master_) {
        SocketsOfItsOwn own = connection_.sockets_of_its_own(process_.pid(), plan(), setup_.directory());
        const std::uint64_t started = process_.started();
        predecessor_.begin({process_.release(), setup_.release_output(), std::move(own), plan().control.path,
                            started, std::exchange(kept_connection_, std::nullopt)},
                           settings_.renew_grace);
    }
    lost_connection_ = std::exchange(kept_connection_, std::nullopt);
    process_.finish();
}

Awaitable<void> Session::finish_orphans(const int& stops)
{
    replacement_.drop();
    predecessor_.end();
    co_await replacement_.finish(event_, stops);
    co_await predecessor_.finish(event_, stops);
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
