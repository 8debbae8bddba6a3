#include "autossh/program/tunnel_facts.hpp"

#include "autossh/rules/status_report.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace autossh {

namespace {

std::string_view health_word(Health health)
{
    switch (health) {
    case Health::up: return "up";
    case Health::impaired: return "impaired";
    case Health::down: break;
    }
    return "down";
}

std::string kind_of(const Forward& forward)
{
    return in_words(forward).substr(1, 1);  // "-L 8080"
}

std::string listening_place(const Forward& forward)
{
    switch (forward.kind) {
    case Forward::Kind::stdio: return "";
    case Forward::Kind::device: return forward.place;
    default: break;
    }
    if (forward.bind.empty())
        return forward.place;
    const bool is_ipv6 = forward.bind.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", forward.bind, is_ipv6 ? "]" : "", forward.place);
}

ForwardFacts forward_facts(const Forward& forward, const std::vector<SshMessage>& refusals)
{
    ForwardFacts facts{.name = forward.name,
                       .kind = kind_of(forward),
                       .listen = listening_place(forward),
                       .to = forward.target,
                       .need = std::string(name(forward.need)),
                       .state = std::string(name(forward.state))};
    if (forward.allocated != 0)
        facts.port = forward.allocated;
    if (forward.state != Forward::State::refused)
        return facts;
    const auto refusal =
        std::ranges::find_if(refusals, [&](const SshMessage& message) { return is_about(message, forward); });
    if (refusal != refusals.end())
        facts.text = refusal->failure.cause;
    return facts;
}

/// Without an ssh nothing is known of them, and before the first one perhaps only the user's words.
std::vector<ForwardFacts> forwards_facts(const Tunnel& tunnel, const TunnelSettings& settings)
{
    const StatusTracker& tracker = tunnel.session().status_tracker();
    const SshPlan& plan = tunnel.session().plan();
    if (!tunnel.session().setup().answer())
        return forwards_by_words(settings);
    const bool runs = tracker.figures().ssh != 0;
    const std::vector<Forward>& forwards = runs ? tracker.client_state().users_forwards() : plan.forwards.all;
    std::vector<ForwardFacts> facts;
    for (const Forward& forward : forwards)
        facts.push_back(forward_facts(forward, runs ? tracker.client_state().refused_forwards()
                                                    : std::vector<SshMessage>()));
    return facts;
}

RoundTripFacts round_trip_facts(const RoundTrips& trips)
{
    const auto in_seconds = [](std::optional<Duration> time) {
        return time ? std::optional<Seconds>(*time) : std::nullopt;
    };
    RoundTripFacts facts{.last = in_seconds(trips.last()),
                         .p50 = in_seconds(trips.percentile(50)),
                         .p95 = in_seconds(trips.percentile(95)),
                         .tests = trips.tests(),
                         .failed = trips.failures()};
    std::ranges::transform(trips.recent(), std::back_inserter(facts.recent), in_seconds);
    return facts;
}

CauseFacts cause_facts(const StatusTracker& tracker)
{
    const Status& status = tracker.status();
    const auto& failure = tracker.figures().failure;
    const std::string failed = failure ? word_of(*failure) : "";
    switch (status.state) {
    case State::up: return {};
    case State::degraded: return {word_of(tracker.refusal().failure_class), status.cause, status.remedy};
    case State::suspect: return {"", status.cause, status.remedy};
    case State::starting:
    case State::connecting:
    case State::authenticated:
        if (!status.silence.empty())
            return {failed, status.silence, status.remedy};
        return status.trouble.empty() ? CauseFacts() : CauseFacts{failed, status.trouble, status.remedy};
    case State::waiting:
        if (status.cause.empty() && !status.hold.empty())
            return {failed, status.hold, status.remedy};
        return {failed, status.cause, status.remedy};
    case State::stopping:
    case State::gave_up: return {failed, status.cause, status.remedy};
    }
    return {};
}

ServerFacts server_facts(const StatusTracker& tracker, const SshPlan& plan)
{
    ServerFacts facts{.name = plan.destination.host, .address = "", .port = plan.destination.port};
    if (facts.name.empty())
        facts.port = 0;
    const auto peer = peer_of(tracker.client_state().login());
    if (peer && !plan.destination.by_proxy)
        facts.address = peer->host;
    return facts;
}

SeenTunnel::Is seen_as(State state)
{
    switch (state) {
    case State::starting:
    case State::connecting:
    case State::authenticated: return SeenTunnel::Is::coming;
    case State::up: return SeenTunnel::Is::up;
    case State::degraded: return SeenTunnel::Is::degraded;
    case State::suspect: return SeenTunnel::Is::suspect;
    case State::stopping: return SeenTunnel::Is::ending;
    case State::waiting:
    case State::gave_up: break;
    }
    return SeenTunnel::Is::down;
}

}  // namespace

SeenTunnel seen_of(const Tunnel& tunnel)
{
    const StatusTracker& tracker = tunnel.session().status_tracker();
    SeenTunnel seen;
    seen.is = seen_as(tracker.status().state);
    seen.starts = static_cast<std::uint64_t>(tunnel.starts());
    if (seen.is == SeenTunnel::Is::up || seen.is == SeenTunnel::Is::suspect)
        return seen;
    CauseFacts cause = cause_facts(tracker);
    seen.failure_class = std::move(cause.failure_class);
    seen.cause = std::move(cause.text);
    if (const auto by = tracker.figures().ended_by) {
        seen.by = name(*by);
        seen.is_renewed = *by == EndedBy::renewal;
    }
    return seen;
}

std::string host_of(const TunnelSettings& settings, const SshChoices& choices)
{
    const std::vector<std::string>& words = settings.ssh.arguments;  // with argv[0]
    std::size_t at = choices.options_end + 1;
    if (at < words.size() && words[at] == "--")
        ++at;
    return at < words.size() ? words[at] : "";
}

std::vector<ForwardFacts> forwards_by_words(const TunnelSettings& settings)
{
    std::vector<ForwardFacts> facts;
    for (const Forward& forward : forwards_of_words(settings))
        facts.push_back(forward_facts(forward, {}));
    return facts;
}

WallTime TwoClocks::at(Time time) const
{
    return wall + std::chrono::duration_cast<WallTime::duration>(time - now);
}

std::string word_of(FailureClass failure)
{
    if (failure == FailureClass::other)
        return "";
    std::string word(name(failure));
    std::ranges::replace(word, ' ', '-');
    return word;
}

TunnelFacts facts_of(const Tunnel& tunnel, const TunnelSettings& settings, const TwoClocks& clocks)
{
    const StatusTracker& tracker = tunnel.session().status_tracker();
    const SshPlan& plan = tunnel.session().plan();
    const Status& status = tracker.status();
    const auto at = [&](const std::optional<Time>& time) {
        return time ? std::optional(clocks.at(*time)) : std::nullopt;
    };
    TunnelFacts facts;
    facts.state = name(status.state);
    facts.health = health_word(health(status));
    facts.words = in_words(status, clocks.now);
    if (status.since != Time{})
        facts.since = clocks.at(status.since);
    facts.up_since = at(status.up_since);
    facts.pid = tracker.figures().ssh;
    facts.starts = static_cast<std::uint64_t>(tunnel.starts());
    facts.host = host_of(settings, tunnel.session().setup().choices());
    facts.server = server_facts(tracker, plan);
    facts.cause = cause_facts(tracker);
    if (status.state == State::waiting)
        facts.next_try = at(status.next_try);
    facts.tries = tracker.figures().tries_in_vain;
    facts.round_trip = round_trip_facts(tracker.figures().round_trips);
    facts.queued = tunnel.queued();
    facts.forwards = forwards_facts(tunnel, settings);
    return facts;
}

}  // namespace autossh
