#include "autossh/tunnel/account.hpp"

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
// Where nothing can be heard, an ssh that has lived so long is more likely up than not.
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

void Account::set_plan(const SshPlan& plan, bool on_terminal)
{
    plan_ = plan;
    if (plan.understood && on_terminal)
        reporter_.set_audience(plan.session ? Audience::session : Audience::tunnel);
    if (!plan.no_loop.empty())
        tell_no_tests(plan.no_loop);
}

void Account::tell_no_tests(const std::string& reason)
{
    if (!std::exchange(loop_told_, true))
        reporter_.remark(
            fmt::format("no connection tests: {}; keepalives alone watch the connection", reason));
}

void Account::record(Happening what, std::string cause)
{
    const auto line = chronicle_.record(what, Clock::now(), std::move(cause));
    note_state();
    if (line && plan_.understood)
        reporter_.changed(chronicle_.status().state, *line);
    if (line || what == Happening::test_passed)
        on_change_();
}

/// Before the line of the change, which has the new state.
void Account::note_state()
{
    const State state = status().state;
    context_.state = name(state);
    if (state == State::up || state == State::degraded)
        context_.cause = {};
    log_.set_context(context_);
}

void Account::starting(std::string cause, std::optional<std::uint16_t> loop_port, std::string loop_entrance)
{
    transcript_ = Transcript({.verbose_is_ours = plan_.verbose_is_ours,
                              .loop_port = loop_port,
                              .users_forwards = plan_.users_forwards > 0,
                              .session = plan_.session,
                              .monitor_port = plan_.monitor_port,
                              .loop_entrance = std::move(loop_entrance),
                              .heard = plan_.heard});
    proof_.begin();
    logged_in_at_.reset();
    loop_port_ = loop_port;
    loop_is_no_help_ = false;
    refusals_ = {};
    refused_told_ = 0;
    dead_targets_told_.clear();
    record(Happening::start, std::move(cause));
}

void Account::runs(pid_t ssh)
{
    context_.ssh = ssh;
    log_.set_context(context_);
}

void Account::ended_of(std::optional<FailureClass> failure)
{
    to_be_mended_ = failure.value_or(FailureClass::other);
    static_cast<void>(chronicle_.record(Happening::ending, Clock::now(), "ssh has ended"));
    context_.cause = failure ? name(*failure) : std::string_view();
    context_.ssh.reset();
    note_state();
    on_change_();
}

void Account::executed(pid_t ssh)
{
    ssh_ = ssh;
    not_up_before_ = Clock::now() + long_lived;
    reporter_.ssh_started();
    record(Happening::executed, fmt::format("ssh runs, pid {}", ssh));
}

void Account::take_in(const std::string& raw_line, LoginProgress progress)
{
    if (transcript_.hear(without_end(raw_line), progress))
        reporter_.pass_on(ssh_, raw_line);
    note_login();
    note_loop();
    note_refused();
    note_dead_target();
}

void Account::note_login()
{
    if (!transcript_.logged_in() || logged_in_at_)
        return;
    logged_in_at_ = Clock::now();
    server_ = peer_of(transcript_.login());
    record(Happening::logged_in, transcript_.login());
}

void Account::note_loop()
{
    const std::string& here = transcript_.entrance_refusal();
    if (transcript_.loop_refused() && !loop_is_no_help_)
        loop_unproven(!here.empty()
                          ? here
                          : "the server does not forward them, or the port that they take there is in use");
}

void Account::note_refused()
{
    refusals_.note(transcript_.refused_forwards(), ssh_);
    // ssh may have dropped them all before the log-in; and where all of them count, it may be about to end.
    const State state = status().state;
    const bool early = state == State::connecting && plan_.login_is_heard;
    const bool unsettled = state == State::connecting || state == State::authenticated;
    if (!early && !((plan_.forwards_are_vital || plan_.retries_forwards) && unsettled))
        tell_refused();
}

void Account::tell_refused()
{
    for (; refused_told_ < refusals_.all().size(); ++refused_told_)
        record(Happening::forward_refused, refusals_.all().at(refused_told_).cause);
}

void Account::note_dead_target()
{
    const std::string& target = transcript_.dead_target();
    const bool news = !target.empty() && dead_targets_told_.size() < most_dead_targets &&
                      dead_targets_told_.insert(target).second;
    if (news)
        reporter_.remark(fmt::format("the target of a forward cannot be reached: {}", target));
}

void Account::test_passed(Duration round_trip)
{
    transcript_.loop_works();
    tell_refused();
    chronicle_.note_round_trip(round_trip);
    record(Happening::test_passed, fmt::format("the connection test came back in {}", spoken(round_trip)));
}

void Account::test_failed(const std::string& reason)
{
    record(Happening::test_failed, fmt::format("a connection test failed: {}", reason));
}

void Account::loop_unproven(const std::string& reason)
{
    loop_is_no_help_ = true;
    tell_no_tests(reason);
}

Failure Account::failure_of(ExitStatus status, const std::string& complaint)
{
    if (!plan_.heard)
        transcript_.hear_lines(complaint);
    const bool keys_may_matter = plan_.heard && !transcript_.logged_in();
    const KeyCircumstances keys = keys_may_matter ? key_circumstances(SshPaths(plan_.keys.path_tokens),
                                                                      plan_.agent_socket, plan_.keys.files)
                                                  : KeyCircumstances{};
    return transcript_.failure(status, keys);
}

std::string Account::cause_of_end(const Failure& failure, ExitStatus status) const
{
    const Word* const reason = transcript_.reason();
    const std::string cause =
        reason != nullptr && reason->failure == failure ? refusals_.in_full(*reason) : failure.cause;
    if (status.by_signal())
        return cause;
    return fmt::format("{} (ssh exited {})", cause, status.number());
}

/// Once for each class in a row: who has not mended it yet knows how to. But a forward is refused again and
/// again, and every few seconds, while the tunnel seems to be up.
void Account::advise()
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

std::optional<Duration> Account::up_for(Time now) const
{
    return plan_.understood ? std::optional(chronicle_.up_for(now)) : std::nullopt;
}

std::optional<Destination> Account::server_address() const
{
    if (plan_.destination.by_proxy)
        return std::nullopt;
    return server_ ? server_ : plan_.destination;
}

void Account::session_is_over()
{
    if (plan_.session)
        reporter_.set_audience(Audience::nobody);
}

void Account::ending(const std::string& cause)
{
    record(Happening::ending, cause);
}

void Account::waiting(const std::string& cause, std::optional<Duration> wait)
{
    const std::string line = chronicle_.record_wait(Clock::now(), cause, wait);
    note_state();
    if (plan_.understood)
        reporter_.changed(State::waiting, line);
    on_change_();
    advise();
}

void Account::gave_up(const std::string& cause)
{
    record(Happening::ended_for_good, cause);
    advise();
}

void Account::note_next_try(std::optional<Time> next_try)
{
    if (chronicle_.move_next_try(next_try))
        on_change_();
}

Time Account::settled_at() const
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

void Account::look(Time now)
{
    if (now < settled_at())
        return;
    if (proof_.waits()) {
        proof_.look(transcript_.logged_in());
        return;
    }
    if (!logged_in_at_ && is_still_connecting(ssh_)) {
        not_up_before_ = now + seen_again;
        return;
    }
    tell_refused();
    if (logged_in_at_)
        record(Happening::confirmed, fmt::format("logged in to {}, no forward refused", transcript_.login()));
    else
        record(Happening::confirmed, "ssh has lived for 30 s; its log-in cannot be seen");
}

}  // namespace autossh
