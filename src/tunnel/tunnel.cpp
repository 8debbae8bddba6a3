#include "autossh/tunnel/tunnel.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/heap.hpp"
#include "autossh/system/spawn.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>

namespace autossh {

namespace asio = boost::asio;

Tunnel::Tunnel(World& world, std::size_t number, const TunnelSettings& settings, LoginHelp& help, Log& log,
               std::function<void()> on_started)
    : world_(world), settings_(settings), manner_(manner_of(settings)), log_(log),
      on_started_(std::move(on_started)), end_of_life_(end_of_life()), event_(world.process.executor),
      session_(world, number, settings, help, log, event_),
      surroundings_(world.machine, event_, world.spread_of_tests()),
      waits_(world, settings, {session_, surroundings_, requests_, event_, log, end_of_life_}),
      client_questions_(
          world, settings, event_, [this] { return waits_.reason_not_to_start().has_value(); }, end_of_life_)
{}

Awaitable<void> Tunnel::run()
{
    co_await keep_running();
    waits_.leave();
    on_end_();
    co_await session_.finish_orphans(requests_.stops());
}

/// What is waited in for days, as here and in watch(), has few values of its own: they take memory meanwhile.
Awaitable<void> Tunnel::keep_running()
{
    if (client_questions_.is_to_be_asked())
        co_await ask_client();
    else
        session_.setup().leave_unasked();
    if (session_.caller_waits() && !mistake().empty()) {
        ruling_ = mistake_is_told();
        co_return;
    }
    for (;;) {
        if (settings_.max_start && starts_ >= *settings_.max_start) {
            ruling_ = max_start_is_reached();
            co_return;
        }
        const bool has_come = co_await come_to_start();
        if (!has_come)
            co_return;
        if (waits_.reason_not_to_start() || !start())
            continue;
        co_await watch();
        if (ruling_.verdict != Verdict::restart)
            co_return;
    }
}

/// False: there is no next start, as ruling_ says.
Awaitable<bool> Tunnel::come_to_start()
{
    std::string down_because = std::exchange(down_because_, {});
    if (session_.has_replacement() && !waits_.reason_not_to_start()) {
        session_.tell_of_replacement(down_because);
        co_return true;
    }
    const std::optional<Ruling> ended = co_await waits_.pause(std::move(down_because));
    if (ended) {
        conclude(*ended);
        ruling_ = *ended;
        co_return false;
    }
    const bool is_new = std::exchange(words_changed_, false);
    const bool must_ask = is_new || (starts_ > 0 && session_.setup().must_ask_again());
    if (must_ask && client_questions_.is_to_be_asked(is_new))
        co_await ask_client();
    else if (is_new)
        session_.setup().leave_unasked();
    co_await waits_.wait_for_turn();
    co_return true;
}

/// Before the first start, and before others until it has answered.
Awaitable<void> Tunnel::ask_client()
{
    const bool doubtful = starts_ > 0 && !session_.setup().doubt().empty();
    std::optional<Answer> answer = co_await client_questions_.ask(doubtful);
    session_.setup().settle(std::move(answer));
    if (world_.inquiries.is_empty())
        give_back_memory();  // what the answer and its parts have taken on the way
}

/// The answer is waited for: what happens meanwhile is seen then.
Awaitable<void> Tunnel::change_forwards()
{
    words_changed_ = false;
    const std::optional<Answer> answer = co_await client_questions_.ask(false);
    if (session_.status() || (answer && session_.change_forwards(*answer)))
        co_return;
    log_.info("the forwards cannot be changed on the living connection");
    words_changed_ = true;
    requests_.add(Request::restart, by_order);
}

/// False: for want of something that comes back, ssh could not be started this time.
bool Tunnel::start()
{
    const bool first = ++starts_ == 1;
    try {
        if (const auto failure = session_.start(starts_)) {
            log_.error("{}", failure->cause);
            down_because_ = failure->cause;
            session_.finish(failure->failure_class);
            waits_.note_end(false);
            set_up_has_finished();  // what is left to do is to wait
            return false;
        }
    } catch (const std::system_error& error) {
        const bool goes_on = is_tried_again(passes_by_itself(error.code()), first, manner_);
        if (!first && !goes_on)
            session_.status_tracker().gave_up(error.what());
        if (!goes_on)
            throw;
        log_.error("{}", error.what());
        down_because_ = error.what();
        session_.finish(FailureClass::other);
        waits_.note_end(false);
        return false;
    }
    set_up_has_finished();
    return true;
}

void Tunnel::set_up_has_finished()
{
    if (!on_started_)
        return;
    std::exchange(on_started_, nullptr)();
    world_.machine.watch();
    if (world_.has_one_tunnel())  // of many, each gives back what its ssh's answer has taken
        give_back_memory();
}

/// Stays with one ssh until it has ended, and rules what comes next.
Awaitable<void> Tunnel::watch()
{
    session_.allow_replacement(!settings_.max_start || starts_ < *settings_.max_start
                                   ? std::optional(waits_.request_beside())
                                   : std::nullopt);
    Boxed<Ruling> reason;
    while (!session_.status() && !reason) {
        pass_on_events();
        session_.look();
        if (words_changed_ && session_.may_change_forwards())
            co_await change_forwards();
        reason = look_at_living();
        if (!reason)
            co_await surroundings_.wait_until(std::min(session_.next_deadline(), end_of_life_));
    }
    co_await finish(std::move(reason));
}

/// `reason`: to end it; nothing: it has ended.
Awaitable<void> Tunnel::finish(Boxed<Ruling> reason)
{
    Ruling ruling;
    if (reason)
        ruling = co_await end_ssh(*reason);
    co_await session_.hear_rest(requests_.stops());
    if (!reason)
        ruling = co_await rule_on_end(*session_.status());
    session_.finish(ruling.failure, reason ? reason->by : ruling.by);
    waits_.note_end(reason.has_value());
    conclude(ruling);
    ruling_ = std::move(ruling);
}

void Tunnel::pass_on_events()
{
    const Surroundings::News news = surroundings_.take_for_tests();
    if (news.network_changed || news.woken) {
        session_.note_network_change();
        session_.test_now(news.woken);
    }
    if (news.continued)
        session_.note_continued();
    if (requests_.strongest() < Request::restart)
        requests_.clear();  // nothing to retry while ssh runs
}

std::optional<Ruling> Tunnel::reason_to_end_ssh()
{
    Situation situation = session_.situation();
    situation.asked = requests_.strongest();
    situation.asked_by = requests_.signal();
    situation.lifetime_is_over = Clock::now() >= end_of_life_;
    const std::optional<Ruling> reason = reason_to_end(situation);
    if (!reason || situation.asked >= Request::restart)
        return reason;
    return by_policy(*reason, session_.stream_is_lost(reason->failure), settings_);
}

Awaitable<Ruling> Tunnel::end_ssh(const Ruling& reason)
{
    requests_.ssh_is_ending();
    if (requests_.stop_is_asked() || !session_.hand_over(reason))
        co_await session_.end(reason, requests_.stops());
    if (reason.verdict == Verdict::restart && requests_.stop_is_asked())  // asked while it was being ended
        co_return received_signal(requests_.signal());
    Ruling ruling = reason;
    ruling.line.clear();  // it has been said
    co_return ruling;
}

/// ssh has ended by itself.
Awaitable<Ruling> Tunnel::rule_on_end(ExitStatus status)
{
    const Ruling ruling = session_.judge_end(status);
    // A signal that has reached us, too, is seen in the second turn of the event loop; others may come before
    // it.
    for (int turn = 0; turn < 8; ++turn)
        co_await asio::post(world_.process.executor, no_throw);
    const Duration patience_for_stop = stop_may_follow(status, ruling.verdict);
    if (patience_for_stop > Duration::zero())
        co_await wait_for_stop(Clock::now() + patience_for_stop);
    if (requests_.stop_is_asked())
        co_return received_signal(requests_.signal());
    co_return ruling;
}

Awaitable<void> Tunnel::wait_for_stop(Time deadline)
{
    while (!requests_.stop_is_asked() && Clock::now() < deadline)
        co_await event_.wait_until(deadline);
}

}  // namespace autossh
