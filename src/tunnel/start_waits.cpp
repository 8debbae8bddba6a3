#include "autossh/tunnel/start_waits.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/random.hpp"
#include "autossh/tunnel/waiting.hpp"

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
    : world_(world), manner_(manner_of(settings)), tunnel_(tunnel), history_(settings)
{}

Awaitable<std::optional<Ruling>> StartWaits::pause(std::string down_because)
{
    StatusTracker& tracker = tunnel_.session.status_tracker();
    const WaitBasis basis = this->basis();
    Waiting waiting(world_.process.executor, tunnel_.event, tunnel_.log, tunnel_.session.plan(),
                    tracker.server_address(), basis);
    if (!down_because.empty())
        tracker.waiting(std::move(down_because),
                        waiting.has_no_route() ? std::nullopt : std::optional(basis.wait));
    for (;;) {
        if (const auto reason = reason_not_to_start())
            co_return reason;
        const Surroundings::News news = tunnel_.surroundings.take_news();
        if (news.network_event || news.network_changed)
            waiting.network_changed(news.network_changed);
        if (news.woken)
            waiting.woken();
        if (tunnel_.requests.strongest() >= Request::retry || waiting.is_over())
            break;
        tracker.note_next_try(waiting.next_try());
        co_await tunnel_.surroundings.wait_until(std::min(waiting.next_look(), tunnel_.end_of_life));
    }
    history_.after(waiting.was_answered(), waiting.was_cut_by_network(), Clock::now());
    tunnel_.requests.clear();
    co_return std::nullopt;
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
