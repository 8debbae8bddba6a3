#include "autossh/tunnel/connection_watch.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/rules/replacement_times.hpp"
#include "autossh/system/forwarded_connections.hpp"
#include "autossh/system/route.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration way_interval = std::chrono::seconds(2);
constexpr Duration between_judgements = std::chrono::seconds(5);
/// Of ssh's keepalives, as by OpenSSH's ServerAliveCountMax.
constexpr int unanswered = 3;

}  // namespace

void ConnectionWatch::ssh_starts(const SshPlan& plan)
{
    connection_.reset();
    silence_ = SilenceGauge(manner_.listens_for_silence ? plan.keepalive : std::nullopt);
    address_gone_ = network_changed_ = woken_ = judged_by_silence_ = false;
    next_way_look_ = next_judgement_ = never;
    keepalive_ = manner_.listens_for_silence ? plan.keepalive : std::nullopt;
    failed_test_.clear();
    doubt_.clear();
}

std::string ConnectionWatch::failure_beside_better() const
{
    const auto silent = silence();
    const Duration tolerated = std::min(times::silence_beside_better, manner_.tolerated_silence);
    return silent && *silent < tolerated ? "" : doubt_;
}

EndedBy ConnectionWatch::failed_by() const
{
    if (judged_by_silence_)
        return EndedBy::silence;
    if (woken_)
        return EndedBy::wake;
    return network_changed_ ? EndedBy::network : EndedBy::test;
}

void ConnectionWatch::logged_in(pid_t ssh, Time when)
{
    tests_.logged_in(when);
    connection_ = connection_through_proxy(ssh);
    next_judgement_ = keepalive_ ? when + *keepalive_ : never;
}

void ConnectionWatch::judge_silence(Time now)
{
    if (now < next_judgement_)
        return;
    const auto silent = silence();
    next_judgement_ = silent && !tests_.have_passed() ? now + between_judgements : never;
    if (next_judgement_ == never)
        return;
    if (*silent > *keepalive_ * unanswered + between_judgements) {
        failed_test_ = doubt_ = fmt::format("nothing has come from the server for {}", with_unit(*silent));
        judged_by_silence_ = true;
        tracker_.connection_is_doubtful(failed_test_);
    } else if (!doubt_.empty()) {
        doubt_.clear();
        failed_test_.clear();
        tracker_.server_is_heard();
    }
}

/// Manual, "Heartbeat".
void ConnectionWatch::listen_for_silence(Time now)
{
    if (now < silence_.next_look())
        return;
    if (silence_.is_suspicious(silence(), now)) {
        log_.debug("nothing has come on the connection: testing it");
        tests_.hurry(now);
    }
}

/// Manual, "Heartbeat".
void ConnectionWatch::test(Time now)
{
    const auto outcome = tests_.step(now);
    if (!outcome)
        return;
    switch (outcome->meaning) {
    case TestSchedule::Meaning::alive:
        log_.debug("connection ok");
        tracker_.test_passed(outcome->round_trip);
        silence_.passed(now);
        network_changed_ = woken_ = false;
        failed_test_.clear();
        doubt_.clear();
        break;
    case TestSchedule::Meaning::nothing: break;
    case TestSchedule::Meaning::unproven: tracker_.loop_unproven(outcome->failure); break;
    case TestSchedule::Meaning::away:
        tracker_.echo_is_away(outcome->failure);
        failed_test_.clear();
        doubt_.clear();
        break;
    case TestSchedule::Meaning::suspect: tracker_.test_failed(outcome->failure); break;
    case TestSchedule::Meaning::dead:
        tracker_.test_failed(outcome->failure);
        doubt_ = outcome->failure;
        if (is_audible())
            tests_.give_another_chance(now);
        else
            failed_test_ = outcome->failure;
        break;
    }
}

void ConnectionWatch::test_on(Time now)
{
    if (!failed_test_.empty() && tests_.are_idle())
        tests_.give_another_chance(now);
}

/// The user's own data may hold up our message, on a slow line. As long as the server sends anything, the
/// connection is not down.
bool ConnectionWatch::is_audible() const
{
    const auto silent = manner_.listens_for_silence ? silence() : std::nullopt;
    return silent &&
           *silent < (network_changed_ ? manner_.tolerated_silence_after_change : manner_.tolerated_silence);
}

/// Nothing: the system does not tell.
std::optional<Duration> ConnectionWatch::silence() const
{
    return connection_ ? connection_->silence() : std::nullopt;
}

std::optional<bool> ConnectionWatch::is_used(pid_t ssh, const SshPlan& plan,
                                             const std::string& directory) const
{
    return carries_connections(ssh, sockets_of_its_own(ssh, plan, directory));
}

SocketsOfItsOwn ConnectionWatch::sockets_of_its_own(pid_t ssh, const SshPlan& plan,
                                                    const std::string& directory) const
{
    SocketsOfItsOwn own{
        .to_server = connection_, .directory = directory, .test_port = plan.forwards.monitor_port};
    if (!own.to_server && !plan.destination.by_proxy)
        own.to_server = TcpConnection::of(ssh);
    return own;
}

void ConnectionWatch::note_network_change(pid_t ssh, const SshPlan& plan)
{
    // Until the log-in is logged, ssh may still try one address after the other.
    const bool direct = plan.understood && !plan.destination.by_proxy;
    const auto connection =
        connection_ || !direct ? connection_ : TcpConnection::of(ssh, TcpConnection::Progress::connecting);
    const bool gone = connection && connection->local_address_is_gone();
    // It may be back in a moment, and the session has lived on: a test will tell.
    const bool waited = waits_for_way();
    const bool waits = gone && tests_.have_passed() && !can_begin_anew(plan);
    address_gone_ = gone && !waits;
    next_way_look_ = waits ? Clock::now() + way_interval : never;
    if (waits && !waited) {
        tests_.abandon();
        tracker_.connection_is_doubtful(
            "the connection's address here is gone, and there is no other way to the server");
    }
    if (waited && !gone) {
        network_changed_ = true;
        tests_.hurry(Clock::now());
    }
}

/// From another address of ours. Of a jump host's connection that is not known: as if it could.
bool ConnectionWatch::can_begin_anew(const SshPlan& plan) const
{
    auto server = tracker_.server_address();
    if (!server)
        return true;
    server->from = plan.destination.from;
    return has_route(*server);
}

void ConnectionWatch::look_for_way(pid_t ssh, const SshPlan& plan, Time now)
{
    if (now >= next_way_look_)
        note_network_change(ssh, plan);
}

/// What a person has open on the server is worth waiting for the network: the session may live on.
void ConnectionWatch::test_now(const SshPlan& plan, bool woken)
{
    woken_ = woken_ || woken;
    network_changed_ = true;
    if (!plan.session.has_terminal || has_route(plan.destination))
        tests_.hurry(Clock::now());
}

}  // namespace autossh
