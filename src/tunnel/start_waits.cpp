#include "autossh/tunnel/start_waits.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/random.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/ssh/key_circumstances.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// From one look at how many are before it to the next.
constexpr Duration between_counts = std::chrono::seconds(3);

/// 1.4g's line has whole seconds.
std::string in_whole_seconds(Duration wait)
{
    return in_seconds(wait < std::chrono::seconds(1) ? wait : std::chrono::round<std::chrono::seconds>(wait));
}

/// 0 to 1.
double chance()
{
    return static_cast<double>(random_number()) /
           static_cast<double>(std::numeric_limits<std::uint32_t>::max());
}

}  // namespace

StartWaits::StartWaits(World& world, const TunnelSettings& settings, const Tunnel& tunnel)
    : world_(world), manner_(manner_of(settings)), longest_(settings.backoff_max.value_or(longest_duration)),
      tunnel_(tunnel), history_(settings),
      member_(world.starts, settings.name, [this] { tunnel_.event.notify(); }), priority_(settings.priority),
      after_(settings.after), down_since_(Clock::now())
{}

void StartWaits::take_over_times(const TunnelSettings& settings)
{
    manner_ = manner_of(settings);
    longest_ = settings.backoff_max.value_or(longest_duration);
    history_.take_over_times(settings);
    priority_ = settings.priority;
}

Awaitable<std::optional<Ruling>> StartWaits::pause(std::string down_because)
{
    StatusTracker& tracker = tunnel_.session.status_tracker();
    ForwardWatch& forwards = tunnel_.session.forward_watch();
    WaitBasis basis = this->basis();
    static_cast<void>(forwards.look_for_rivals(Clock::now()));
    const bool is_beside_another = forwards.rivals().rival().has_value();
    const HeldPlaces places =
        basis.failure == FailureClass::local_port_in_use ? forwards.held_places() : HeldPlaces();
    const bool is_held_here = !is_beside_another && places.are_held();
    if (is_beside_another || is_held_here)
        basis.wait = std::min(times::place_is_held, longest_);
    Waiting waiting(member_, tunnel_.event, tunnel_.log, tunnel_.session.plan(), tracker.server_address(),
                    basis, agent_.get());
    agent_.reset();
    if (is_beside_another)
        tell_of_rival();
    else if (!down_because.empty())
        tracker.waiting(down_because, waiting.has_no_route() ? std::nullopt : std::optional(basis.wait),
                        {.or_when = is_held_here ? "it is free" : ""});
    if (is_held_here)
        waiting.wait_for(places);
    for (;;) {
        if (const auto reason = reason_not_to_start())
            co_return reason;
        const Surroundings::News news = tunnel_.surroundings.take_news();
        if (news.network_event || news.network_changed)
            waiting.network_changed(news.network_changed);
        if (news.woken)
            waiting.woken();
        look_for_rivals(waiting);
        if (tunnel_.requests.strongest() >= Request::retry || waiting.is_over())
            break;
        tracker.note_next_try(waiting.next_try());
        const Time next_look = std::min(waiting.next_look(), forwards.rivals().next_look());
        co_await tunnel_.surroundings.wait_until(std::min(next_look, tunnel_.end_of_life));
    }
    is_asked_for_ = tunnel_.requests.strongest() >= Request::retry || waiting.login_has_been_mended();
    is_hoped_for_ = waiting.was_cut_by_network();
    history_.after(waiting.was_answered(), waiting.was_cut_by_network(), Clock::now());
    tunnel_.requests.clear();
    co_return std::nullopt;
}

/// Manual, "Refused forwards": the server would refuse them as long as another autossh here has them.
void StartWaits::look_for_rivals(Waiting& waiting)
{
    const Rivals::News news = tunnel_.session.forward_watch().look_for_rivals(Clock::now());
    if (news == Rivals::News::has_come) {
        waiting.move_end(Clock::now() + std::min(times::place_is_held, longest_));
        tell_of_rival();
    }
    if (news == Rivals::News::has_gone) {
        tunnel_.log.info("the other autossh has ended: trying again");
        waiting.move_end(Clock::now());
    }
}

void StartWaits::tell_of_rival()
{
    const Rival& rival = *tunnel_.session.forward_watch().rivals().rival();
    tunnel_.session.status_tracker().waiting(
        in_words(rival), std::min(times::place_is_held, longest_),
        {.or_when = "that one ends",
         .remedy = fmt::format("kill {}, if one of the two is too many; or give this one another port",
                               rival.pid)});
}

WaitBasis StartWaits::basis()
{
    const std::optional<LastSession> last = tunnel_.session.last();
    WaitBasis basis = history_.before(last, manner_.may_probe_port, chance(), Clock::now());
    // What ssh has refused before it connects anywhere is no matter of the network.
    basis.minds_network =
        last && last->failure != FailureClass::bad_configuration && tunnel_.surroundings.tells_of_network();
    tunnel_.log.debug("checking for grace period, tries = {}", history_.tries());
    if (basis.wait > Duration::zero())
        tunnel_.log.debug("sleeping for grace time {} secs", in_whole_seconds(basis.wait));
    return basis;
}

/// autossh-fleet(5), "Starting". No try is counted for that time.
Awaitable<void> StartWaits::wait_for_turn()
{
    told_hold_.clear();
    StatusTracker& tracker = tunnel_.session.status_tracker();
    do {
        co_await wait_for_others();
        co_await wait_in_line();
    } while (!reason_not_to_start() && !member_.first_down(after_).empty());
    member_.stop_waiting();
    if (reason_not_to_start())
        member_.withdraw();
    tracker.held("");
    ask_agent();
}

/// A key that it gets while ssh is being refused is to end the wait behind that.
void StartWaits::ask_agent()
{
    const std::optional<LastSession> last = tunnel_.session.last();
    if ((!last || !last->logged_in) && tunnel_.session.plan().understood && !reason_not_to_start())
        agent_ = std::make_unique<AgentQuestion>(agent_path(tunnel_.session.plan().login));
}

Awaitable<void> StartWaits::wait_for_others()
{
    std::string down = member_.first_down(after_);
    while (!down.empty() && !reason_not_to_start()) {
        member_.withdraw();
        tell_of_hold("for " + down, false, "");
        co_await tunnel_.surroundings.wait_until(tunnel_.end_of_life);
        down = member_.first_down(after_);
    }
}

Awaitable<void> StartWaits::wait_in_line()
{
    if (!member_.has_come())
        member_.ask(request());
    while (!member_.has_come() && !reason_not_to_start()) {
        if (tunnel_.requests.strongest() >= Request::retry) {
            tunnel_.requests.clear();
            is_asked_for_ = true;
            member_.ask(request());
            continue;
        }
        member_.knock_while_held(tunnel_.session.status_tracker().server_address());
        const StartHold hold = member_.hold();
        queued_ = hold.before;
        tell_of_hold(member_.hold_in_words(hold), hold.why == StartHold::Why::order, remedy(hold));
        // The count of those before it changes without a word.
        co_await tunnel_.surroundings.wait_until(
            std::min(Clock::now() + between_counts, tunnel_.end_of_life));
    }
    queued_ = 0;
}

/// The log has why it waits, and not each step of the way.
void StartWaits::tell_of_hold(const std::string& words, bool in_line, std::string_view remedy)
{
    tunnel_.session.status_tracker().held(words, in_line, std::string(remedy));
    const std::string reason = words.substr(0, words.find_first_of("(0123456789"));
    if (std::exchange(told_hold_, reason) != reason)
        tunnel_.log.debug("waiting: {}", words);
}

StartRequest StartWaits::request()
{
    const SshPlan& plan = tunnel_.session.plan();
    return {.server = plan.is_shared ? "" : plan.first_server,
            .by_proxy = plan.destination.by_proxy,
            .account = plan.login.identity,
            .login_is_seen = plan.log.login_is_heard,
            .failures = failures_,
            .priority = priority_,
            .down_since = down_since_,
            .is_asked_for = std::exchange(is_asked_for_, false),
            .is_hoped_for = std::exchange(is_hoped_for_, false)};
}

StartRequest StartWaits::request_beside() const
{
    const SshPlan& plan = tunnel_.session.plan();
    return {.server = plan.first_server,
            .by_proxy = plan.destination.by_proxy,
            .account = plan.login.identity,
            .priority = priority_,
            .beside = member_.number()};
}

void StartWaits::look_at_living()
{
    const StatusTracker& tracker = tunnel_.session.status_tracker();
    const bool is_up = carries_traffic(tracker.status().state);
    if (tracker.logged_in_at() || is_up) {
        member_.logged_in();
        agent_.reset();
    } else if (agent_)
        agent_->answer();
    member_.note_up(is_up);
}

void StartWaits::note_end(bool by_us)
{
    const std::optional<LastSession> last = tunnel_.session.last();
    const bool logged_in = last && last->logged_in;
    failures_ = logged_in ? 0 : failures_ + 1;
    if (logged_in)
        down_since_ = Clock::now();
    member_.ended(last ? outcome_of(*last, by_us) : StartOutcome::other);
}

std::optional<Ruling> StartWaits::reason_not_to_start() const
{
    return autossh::reason_not_to_start(tunnel_.requests, Clock::now() >= tunnel_.end_of_life);
}

}  // namespace autossh
