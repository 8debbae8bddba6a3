#include "autossh/tunnel/connection_watch.hpp"

#include "autossh/system/route.hpp"

namespace autossh {

void ConnectionWatch::ssh_starts(const SshPlan& plan)
{
    connection_.reset();
    silence_ = SilenceGauge(manner_.listens_for_silence ? plan.keepalive : std::nullopt);
    address_gone_ = network_changed_ = false;
    failed_test_.clear();
}

void ConnectionWatch::logged_in(pid_t ssh, Time when)
{
    tests_.logged_in(when);
    connection_ = connection_through_proxy(ssh);
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
        network_changed_ = false;
        break;
    case TestSchedule::Meaning::nothing: break;
    case TestSchedule::Meaning::unproven: tracker_.loop_unproven(outcome->failure); break;
    case TestSchedule::Meaning::suspect: tracker_.test_failed(outcome->failure); break;
    case TestSchedule::Meaning::dead:
        tracker_.test_failed(outcome->failure);
        if (is_audible())
            tests_.give_another_chance(now);
        else
            failed_test_ = outcome->failure;
        break;
    }
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

void ConnectionWatch::note_network_change(pid_t ssh, const SshPlan& plan)
{
    // Until the log-in is logged, ssh may still try one address after the other.
    const bool direct = plan.understood && !plan.destination.by_proxy;
    const auto connection =
        connection_ || !direct ? connection_ : TcpConnection::of(ssh, TcpConnection::Progress::connecting);
    address_gone_ = connection && connection->local_address_is_gone();
}

/// What a person has open on the server is worth waiting for the network: the session may live on.
void ConnectionWatch::test_now(const SshPlan& plan)
{
    network_changed_ = true;
    if (!plan.session.has_terminal || has_route(plan.destination))
        tests_.hurry(Clock::now());
}

}  // namespace autossh
