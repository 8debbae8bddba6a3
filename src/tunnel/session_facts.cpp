#include "autossh/tunnel/session_facts.hpp"

#include "autossh/rules/times.hpp"
#include "autossh/ssh/additions.hpp"
#include "autossh/ssh/cause.hpp"
#include "autossh/ssh/choices.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string_view>

namespace autossh {

namespace {

constexpr std::string_view ended_by_exit = "ended by ssh -O exit";
Leaves leaves_of(LeftTo left_to)
{
    switch (left_to) {
    case LeftTo::nobody: break;
    case LeftTo::background: return Leaves::background;
    case LeftTo::master: return Leaves::other_ssh;
    }
    return Leaves::nothing;
}

}  // namespace

void SessionFacts::begin(Time now, bool first)
{
    started_ = now;
    first_ = first;
}

Duration SessionFacts::since_start() const
{
    return std::chrono::duration_cast<Duration>(Clock::now() - *started_);
}

AwaitedLogin SessionFacts::awaited_login() const
{
    return {.started = *started_,
            .limit = login_limit(),
            .has_succeeded = tracker_.logged_in_at().has_value(),
            .person_was_asked = answerer_.has_asked_person(),
            .second_factor_is_awaited = tracker_.client_state().has_first_factor()};
}

StartTerms SessionFacts::start_terms() const
{
    const SshPlan::Forwards& forwards = setup_.plan().forwards;
    return {.for_greeting = patience_.for_greeting(),
            .for_answers = patience_.for_answers(),
            .we_end_ssh = forwards.are_vital && forwards.are_asked_again && tracker_.had_all_forwards()};
}

/// One that was asked for is kept.
std::optional<Duration> SessionFacts::login_limit() const
{
    const auto& limit = setup_.plan().login.limit;
    if (setup_.plan().login.runs_local_command && tracker_.claims_login())
        return std::nullopt;
    if (!limit || settings_.connect_timeout)
        return limit;
    const Duration for_greeting = added_connect_timeout * (patience_.for_greeting() - 1);
    return for_greeting + (patience_.for_answers() > 1 ? std::max(*limit, times::second_factor) : *limit);
}

ForwardsOfSession SessionFacts::forwards() const
{
    const ClientState& said = tracker_.client_state();
    const SshPlan& plan = setup_.plan();
    const bool some_refused = said.some_forward_failed();
    return {.may_be_retried = plan.forwards.are_retried,
            .tunnel_degraded = tracker_.status().state == State::degraded,
            .some_refused = some_refused,
            .all_refused = said.every_forward_failed(plan.forwards.users),
            .came_up = tracker_.up_for(Clock::now()) > Duration::zero(),
            .logged_in_at = tracker_.logged_in_at(),
            .port_lost_at = some_refused ? held_ports_.lost_at(refused_on_server(said.refused_forwards()))
                                         : std::nullopt};
}

/// Where ssh was ended to try a refused one again, the server has been told.
void SessionFacts::note_end(std::optional<FailureClass> failure)
{
    if (tracker_.up_for(Clock::now()) > Duration::zero() && failure != FailureClass::forward_refused)
        held_ports_.note_lost(
            granted_on_server(setup_.plan().forwards.places, tracker_.client_state().refused_forwards()),
            Clock::now());
    note_patience(failure);
    gate_is_set_aside_ = gate_is_set_aside_ && !may_be_logged_in();
}

void SessionFacts::note_patience(std::optional<FailureClass> failure)
{
    if (tracker_.logged_in_at()) {
        patience_.note_login(std::chrono::duration_cast<Duration>(*tracker_.logged_in_at() - *started_));
        return;
    }
    const SshCircumstances& known = tracker_.client_state().circumstances();
    SilentStage stage = SilentStage::none;
    if (failure == FailureClass::timed_out && !known.user.empty())
        stage = SilentStage::login;
    else if (failure == FailureClass::timed_out && known.connected)
        stage = SilentStage::greeting;
    patience_.note_silence(stage);
}

void SessionFacts::note_rivals_end()
{
    held_ports_.note_lost(refused_on_server(tracker_.client_state().refused_forwards()), Clock::now());
}

SessionEnd SessionFacts::end(ExitStatus status, bool by_person, const Failure& failure,
                             const Failure& by_log) const
{
    const ClientState& said = tracker_.client_state();
    const SshPlan& plan = setup_.plan();
    const bool session_over = plan.session.is_wanted && remote_command_has_ended(said.logged_in(), status);
    const bool wrong_secret = secret_may_be_wrong(failure.failure_class);
    return {.status = status,
            .attempt = {.first = first_,
                        .lasted = since_start(),
                        .by_person = by_person,
                        .attended = plan.understood ? plan.login.is_attended : process_.terminal().is_there(),
                        .person_was_asked = answerer_.has_asked_person(),
                        .failure = failure.failure_class,
                        .failure_is_claimed = said.reason_is_claimed() && failure == by_log,
                        .perhaps_refused = wrong_secret || login_may_be_refused(failure.failure_class),
                        .stream_is_lost = stream_is_lost(failure.failure_class),
                        .hung_up = said.hung_up() || status == ExitStatus::signalled(SIGHUP),
                        .only_forwards = plan.understood && !plan.session.is_wanted,
                        .may_have_run = plan.understood && plan.session.is_wanted && may_be_logged_in(),
                        .first_to_run = gate_is_set_aside_,
                        .lasts = failure.lasts,
                        .caller_sees_shell_end =
                            session_over && plan.session.is_shell && answerer_.caller_is_there()},
            .cause = tracker_.cause_of_end(failure, status),
            .logged_in = said.logged_in(),
            .command_has_ended = session_over && !plan.session.is_shell && failure.remedy.empty(),
            .secret_may_be_wrong = wrong_secret,
            .told_to_exit = failure.cause == ended_by_exit,
            .leaves = leaves_of(said.circumstances().left_to)};
}

std::optional<Failure> SessionFacts::end_by_command(ExitStatus status, bool is_proven) const
{
    const SshCircumstances& known = tracker_.client_state().circumstances();
    const bool is_told = known.told_to_exit || (known.told_to_stop && !tracker_.client_state().failed());
    if (status != ExitStatus::exited(ssh_error) || !is_told)
        return std::nullopt;
    // A server may have words of its own among ssh's; it cannot have our side close the connection, of which,
    // where something was still on the way, nothing is left to see.
    if (!is_proven && !connection_.closed_by_us())
        return std::nullopt;
    return Failure{FailureClass::other,
                   std::string(known.told_to_exit ? ended_by_exit : "ended after ssh -O stop")};
}

/// Where ssh does not tell of its log-in, its process may show that there was none.
bool SessionFacts::may_be_logged_in() const
{
    if (setup_.plan().log.login_is_heard)
        return tracker_.client_state().logged_in();
    return process_.is_there() && process_.login_progress() != LoginProgress::before_login;
}

/// Of -W, nothing has come through where its target could not be reached.
bool SessionFacts::stream_is_lost(std::optional<FailureClass> failure) const
{
    return setup_.plan().session.is_stream && failure != FailureClass::forward_refused &&
           (tracker_.logged_in_at() || tracker_.up_for(Clock::now()) > Duration::zero());
}

/// The system is asked only where there is a terminal on the server.
bool SessionFacts::ended_at_terminal() const
{
    const SshPlan& plan = setup_.plan();
    TerminalEnd end{.has_terminal = plan.session.has_terminal,
                    .escaped = tracker_.client_state().circumstances().escaped,
                    .by_proxy = plan.destination.by_proxy};
    if (end.has_terminal && !end.by_proxy) {
        end.closed_by_us = connection_.closed_by_us();
        end.failed = tracker_.client_state().failed();
        end.typed_just_before = process_.terminal().typed_within(just_typed);
    }
    return ended_by_person(end);
}

Failure SessionFacts::for_person(Failure failure) const
{
    if (failure.cause == shell_has_ended && setup_.plan().session.has_terminal &&
        process_.terminal().is_there())
        failure.remedy.clear();
    return failure;
}

bool SessionFacts::secret_may_be_wrong(FailureClass failure) const
{
    return autossh::secret_may_be_wrong({.failure = failure,
                                         .logged_in = tracker_.logged_in_at().has_value(),
                                         .up = tracker_.up_for(Clock::now()),
                                         .is_in_doubt = answerer_.secret_may_be_wrong(failure)});
}

bool SessionFacts::login_may_be_refused(std::optional<FailureClass> failure) const
{
    if (!process_.is_there())
        return false;
    const bool logged_in = tracker_.logged_in_at().has_value();
    const auto least = least_bytes_of_refusal({.status = process_.status(),
                                               .failure = failure,
                                               .lasted = since_start(),
                                               .has_succeeded = logged_in || answerer_.jump_host_let_in(),
                                               .is_talkative = choices_of(settings_.ssh).verbose});
    // What it has logged is no word to the server.
    return least && process_.may_have_been_refused(*least + tracker_.log_size());
}

}  // namespace autossh
