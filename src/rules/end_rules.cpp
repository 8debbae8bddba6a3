#include "autossh/rules/end_rules.hpp"

#include "autossh/base/numbers.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration longest_between_stops = std::chrono::milliseconds(10);

Ruling restart(std::string line, FailureClass failure, std::string cause, EndedBy by = EndedBy::exit)
{
    Ruling ruling{Verdict::restart, Level::info, std::move(line), std::move(cause)};
    ruling.failure = failure;
    ruling.by = by;
    return ruling;
}

/// By somebody.
Ruling asked(Ruling ruling)
{
    ruling.by = EndedBy::request;
    return ruling;
}

/// Its connection may be down, or is to be renewed: it may live on beside another.
std::optional<Ruling> reason_to_hand_over(const Situation& situation)
{
    Ruling ruling{Verdict::restart, Level::info, "renewing ssh", "the connection is renewed"};
    ruling.may_hand_over = true;
    ruling.by = situation.failed_test.empty() ? EndedBy::renewal : situation.failed_by;
    if (!situation.failed_test.empty()) {
        ruling.line = "port down, restarting ssh";
        ruling.cause = fmt::format("the connection test failed: {}", situation.failed_test);
        ruling.failure = FailureClass::connection_lost;
        return ruling;
    }
    return situation.is_renewed ? std::optional(ruling) : std::nullopt;
}

}  // namespace

Ruling received_signal(int signal)
{
    if (signal == by_order)
        return asked({Verdict::stopped, Level::info, "ending ssh, as asked", "as asked"});
    return asked({Verdict::stopped, Level::info, fmt::format("received signal to exit ({})", signal),
                  fmt::format("asked by signal {}", signal)});
}

Ruling lifetime_is_over()
{
    return {Verdict::succeeded, Level::info, "exceeded maximum time to live, shutting down",
            "the maximum lifetime is over"};
}

std::optional<Ruling> reason_not_to_start(const Requests& requests, bool lifetime_is_over)
{
    if (requests.stop_is_asked())
        return requests.signal() == by_order
                   ? Ruling{Verdict::stopped, Level::info, "not started again, as asked", ""}
                   : Ruling{Verdict::stopped, Level::error, "signalled to exit", ""};
    if (lifetime_is_over)
        return autossh::lifetime_is_over();
    return std::nullopt;
}

Duration stop_may_follow(ExitStatus status, Verdict verdict)
{
    // How ssh exits when it is stopped: 255, or 0 without a session (-N).
    const bool may_be_stopped = status == ExitStatus::exited(0) || status == ExitStatus::exited(ssh_error);
    return may_be_stopped && verdict != Verdict::restart ? longest_between_stops : Duration::zero();
}

std::optional<Ruling> reason_to_end(const Situation& situation)
{
    if (situation.asked == Request::stop)
        return received_signal(situation.asked_by);
    if (situation.asked == Request::restart && situation.asked_by == by_order)
        return asked({Verdict::restart, Level::info, "restarting ssh, as asked", "as asked"});
    if (situation.asked == Request::restart)
        return asked({Verdict::restart, Level::info, "signalled to kill and restart ssh",
                      fmt::format("asked by signal {}", situation.asked_by)});
    if (situation.lifetime_is_over)
        return lifetime_is_over();
    if (situation.address_is_gone)
        return restart("our address is gone, restarting ssh", FailureClass::connection_lost,
                       "the network has changed: the connection's address here is gone", EndedBy::network);
    if (situation.hung_for)
        return restart(fmt::format("ssh was stopped for {}, restarting ssh", with_unit(*situation.hung_for)),
                       FailureClass::other,
                       fmt::format("ssh was stopped for {}", with_unit(*situation.hung_for)),
                       EndedBy::stopped_ssh);
    if (situation.silent_for)
        return restart(
            fmt::format("ssh has not answered for {}, restarting ssh", with_unit(*situation.silent_for)),
            FailureClass::other, fmt::format("ssh hangs: no answer for {}", with_unit(*situation.silent_for)),
            EndedBy::stopped_ssh);
    if (const auto& limit = situation.missed_login_limit)
        return restart(fmt::format("ssh has not logged in within {}, restarting ssh", with_unit(*limit)),
                       FailureClass::timed_out,
                       fmt::format("not logged in within {} (connect timeout)", with_unit(*limit)),
                       EndedBy::login_timeout);
    if (const auto& refused = situation.useless)
        return restart("no forward works, restarting ssh", refused->failure_class, refused->cause);
    if (const auto& refused = situation.refused_forward)
        return restart("trying the refused forward again, restarting ssh", refused->failure_class,
                       refused->cause);
    return reason_to_hand_over(situation);
}

}  // namespace autossh
