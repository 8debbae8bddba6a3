#include "autossh/tunnel/status_tracker.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ssh/key_circumstances.hpp"
#include "autossh/system/tcp_table.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

// The server's answers to the forwards come one round trip after the log-in; a late refusal still counts.
constexpr Duration answers_come = std::chrono::seconds(1);
// Where ssh's log cannot be read, a client that has lived so long is more likely up than not.
constexpr Duration long_lived = std::chrono::seconds(30);
constexpr Duration seen_again = std::chrono::seconds(2);
constexpr Duration remind_after = std::chrono::minutes(10);

// The server words the reasons, and a session may last for years.
constexpr std::size_t most_dead_targets = 64;

std::string spoken(Duration round_trip)
{
    return round_trip < Duration(1) ? "less than 1 ms" : fmt::format("{} ms", round_trip.count());
}

}  // namespace

void StatusTracker::set_plan(const SshPlan& plan, bool on_terminal)
{
    plan_ = plan;
    if (plan.understood && on_terminal)
        reporter_.set_audience(plan.session ? Audience::session : Audience::tunnel);
    if (!plan.no_loop.empty())
        tell_no_tests(plan.no_loop);
}

void StatusTracker::tell_no_tests(const std::string& reason)
{
    if (!std::exchange(loop_told_, true))
        reporter_.remark(
            fmt::format("no connection tests: {}; keepalives alone watch the connection", reason));
}

void StatusTracker::record(TunnelEvent what, std::string cause)
{
    const auto line = state_machine_.record(what, Clock::now(), std::move(cause));
    note_state();
    if (line && plan_.understood)
        reporter_.changed(state_machine_.status().state, *line);
    if (line || what == TunnelEvent::test_passed)
        on_change_();
}

/// Before the line of the change, which has the new state.
void StatusTracker::note_state()
{
    const State state = status().state;
    context_.state = name(state);
    if (state == State::up || state == State::degraded)
        context_.cause = {};
    log_.set_context(context_);
}

void StatusTracker::starting(std::string cause, std::optional<std::uint16_t> loop_port,
                             std::string loop_entrance)
{
    client_ = ClientState({.verbose_is_ours = plan_.verbose_is_ours,
                           .loop_port = loop_port,
                           .users_forwards = plan_.users_forwards > 0,
                           .session = plan_.session,
                           .monitor_port = plan_.monitor_port,
                           .loop_entrance = std::move(loop_entrance),
                           .log_is_read = plan_.log_is_read});
    proof_.begin();
    logged_in_at_.reset();
    loop_port_ = loop_port;
    loop_is_no_help_ = false;
    refusals_ = {};
    refused_told_ = 0;
    dead_targets_told_.clear();
    record(TunnelEvent::start, std::move(cause));
}

void StatusTracker::runs(pid_t ssh)
{
    context_.ssh = ssh;
    log_.set_context(context_);
}

void StatusTracker::ended_of(std::optional<FailureClass> failure)
{
    to_be_mended_ = failure.value_or(FailureClass::other);
    static_cast<void>(state_machine_.record(TunnelEvent::ending, Clock::now(), "ssh has ended"));
    context_.cause = failure ? name(*failure) : std::string_view();
    context_.ssh.reset();
    note_state();
    on_change_();
}

void StatusTracker::executed(pid_t ssh)
{
    ssh_ = ssh;
    not_up_before_ = Clock::now() + long_lived;
    reporter_.ssh_started();
    record(TunnelEvent::executed, fmt::format("ssh runs, pid {}", ssh));
}

void StatusTracker::take_in(const std::string& raw_line, LoginProgress progress)
{
    if (client_.read_line(without_end(raw_line), progress))
        reporter_.pass_on(ssh_, raw_line);
    note_login();
    note_loop();
    note_refused();
    note_dead_target();
    if (state_machine_.note_allocated_ports(client_.allocated_ports()))
        on_change_();
}

void StatusTracker::note_login()
{
    if (!client_.logged_in() || logged_in_at_)
        return;
    logged_in_at_ = Clock::now();
    server_ = peer_of(client_.login());
    record(TunnelEvent::logged_in, client_.login());
}

void StatusTracker::note_loop()
{
    const std::string& here = client_.entrance_refusal();
    if (client_.loop_refused() && !loop_is_no_help_)
        loop_unproven(!here.empty()
                          ? here
                          : "the server does not forward them, or the port that they take there is in use");
}

void StatusTracker::note_refused()
{
    refusals_.note(client_.refused_forwards(), ssh_);
    // ssh may have dropped them all before the log-in; and where all of them count, it may be about to end.
    const State state = status().state;
    const bool early = state == State::connecting && plan_.login_is_heard;
    const bool unsettled = state == State::connecting || state == State::authenticated;
    if (!early && !((plan_.forwards_are_vital || plan_.retries_forwards) && unsettled))
        tell_refused();
}

void StatusTracker::tell_refused()
{
    for (; refused_told_ < refusals_.all().size(); ++refused_told_)
        record(TunnelEvent::forward_refused, refusals_.all().at(refused_told_).cause);
}

void StatusTracker::note_dead_target()
{
    const std::string& target = client_.dead_target();
    const bool news = !target.empty() && dead_targets_told_.size() < most_dead_targets &&
                      dead_targets_told_.insert(target).second;
    if (news)
        reporter_.remark(fmt::format("the target of a forward cannot be reached: {}", target));
}

void StatusTracker::test_passed(Duration round_trip)
{
    client_.loop_works();
    tell_refused();
    state_machine_.note_round_trip(round_trip);
    record(TunnelEvent::test_passed, fmt::format("the connection test came back in {}", spoken(round_trip)));
}

void StatusTracker::test_failed(const std::string& reason)
{
    record(TunnelEvent::test_failed, fmt::format("a connection test failed: {}", reason));
}

void StatusTracker::loop_unproven(const std::string& reason)
{
    loop_is_no_help_ = true;
    tell_no_tests(reason);
}

Failure StatusTracker::failure_of(ExitStatus status, const std::string& complaint)
{
    if (!plan_.log_is_read)
        client_.read_lines(complaint);
    const bool keys_may_matter = plan_.log_is_read && !client_.logged_in();
    const KeyCircumstances keys = keys_may_matter ? key_circumstances(SshPaths(plan_.keys.path_tokens),
                                                                      plan_.agent_socket, plan_.keys.files)
                                                  : KeyCircumstances{};
    return client_.failure(status, keys);
}

std::string StatusTracker::cause_of_end(const Failure& failure, ExitStatus status) const
{
    const SshMessage* const reason = client_.reason();
    const std::string cause =
        reason != nullptr && reason->failure == failure ? refusals_.in_full(*reason) : failure.cause;
    if (status.by_signal())
        return cause;
    return fmt::format("{} (ssh exited {})", cause, status.number());
}

/// Once for each class in a row: who has not mended it yet knows how to. But a forward is refused again and
/// again, and every few seconds, while the tunnel seems to be up.
void StatusTracker::advise()
{
    const auto failure = std::exchange(to_be_mended_, std::nullopt);
    const bool again = failure == FailureClass::forward_refused && Clock::now() - advised_at_ >= remind_after;
    if (!failure || (failure == advised_ && !again) || !plan_.understood)
        return;
    advised_ = failure;
    advised_at_ = Clock::now();
    if (!remedy(*failure).empty())
        reporter_.advise(status().state, fmt::format("remedy: {}", remedy(*failure)));
}

std::optional<Duration> StatusTracker::up_for(Time now) const
{
    return plan_.understood ? std::optional(state_machine_.up_for(now)) : std::nullopt;
}

std::optional<Destination> StatusTracker::server_address() const
{
    if (plan_.destination.by_proxy)
        return std::nullopt;
    return server_ ? server_ : plan_.destination;
}

void StatusTracker::session_is_over()
{
    if (plan_.session)
        reporter_.set_audience(Audience::nobody);
}

void StatusTracker::ending(const std::string& cause)
{
    record(TunnelEvent::ending, cause);
}

void StatusTracker::waiting(const std::string& cause, std::optional<Duration> wait)
{
    const std::string line = state_machine_.record_wait(Clock::now(), cause, wait);
    note_state();
    if (plan_.understood)
        reporter_.changed(State::waiting, line);
    on_change_();
    advise();
}

void StatusTracker::gave_up(const std::string& cause)
{
    record(TunnelEvent::ended_for_good, cause);
    advise();
}

void StatusTracker::note_next_try(std::optional<Time> next_try)
{
    if (state_machine_.move_next_try(next_try))
        on_change_();
}

Time StatusTracker::settled_at() const
{
    if (proof_.waits())
        return proof_.next_look();
    const State state = status().state;
    if (waits_for_test() || (state != State::connecting && state != State::authenticated))
        return Time::max();
    if (logged_in_at_)
        return *logged_in_at_ + answers_come;
    // With -M PORT and an ssh that we do not know, only a test can tell.
    const bool time_tells = !plan_.login_is_heard && (plan_.understood || !over_ports_);
    return state == State::connecting && time_tells ? not_up_before_ : Time::max();
}

void StatusTracker::look(Time now)
{
    if (now < settled_at())
        return;
    if (proof_.waits()) {
        proof_.look(client_.logged_in());
        return;
    }
    if (!logged_in_at_ && is_still_connecting(ssh_)) {
        not_up_before_ = now + seen_again;
        return;
    }
    tell_refused();
    if (logged_in_at_)
        record(TunnelEvent::confirmed, fmt::format("logged in to {}, no forward refused", client_.login()));
    else
        record(TunnelEvent::confirmed, "ssh has lived for 30 s; its log-in cannot be seen");
}

}  // namespace autossh
