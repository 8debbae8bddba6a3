#include "autossh/tunnel/start_waits.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/random.hpp"
#include "autossh/rules/times.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// 1.4g's line has whole seconds.
std::string in_whole_seconds(Duration wait)
{
    using std::chrono::seconds;
    return in_seconds(wait < seconds(1) ? wait : std::chrono::round<seconds>(wait));
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
      tunnel_(tunnel), history_(settings)
{}

void StartWaits::take_over_times(const TunnelSettings& settings)
{
    manner_ = manner_of(settings);
    longest_ = settings.backoff_max.value_or(longest_duration);
    history_.take_over_times(settings);
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
    Waiting waiting(world_.process.executor, tunnel_.event, tunnel_.log, tunnel_.session.plan(),
                    tracker.server_address(), basis);
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
    basis.minds_network = last && tunnel_.surroundings.tells_of_network();
    tunnel_.log.debug("checking for grace period, tries = {}", history_.tries());
    if (basis.wait > Duration::zero())
        tunnel_.log.debug("sleeping for grace time {} secs", in_whole_seconds(basis.wait));
    return basis;
}

Awaitable<void> StartWaits::wait_for_turn()
{
    const Destination& server = tunnel_.session.plan().destination;
    if (server.host.empty())
        co_return;
    turn_.emplace(world_.logins, fmt::format("{} {}", server.host, server.port),
                  [this] { tunnel_.event.notify(); });
    while (!turn_->has_come(Clock::now()) && !reason_not_to_start())
        co_await tunnel_.surroundings.wait_until(std::min(turn_->next_look(), tunnel_.end_of_life));
}

std::optional<Ruling> StartWaits::reason_not_to_start() const
{
    return autossh::reason_not_to_start(tunnel_.requests, Clock::now() >= tunnel_.end_of_life);
}

}  // namespace autossh
