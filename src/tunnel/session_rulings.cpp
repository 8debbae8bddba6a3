// The part of Session that says what the rules need to know of a living ssh and of its end.
#include "autossh/rules/login_rules.hpp"
#include "autossh/rules/session_end.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/tunnel/session.hpp"

namespace autossh {

Situation Session::situation()
{
    const Time now = Clock::now();
    Situation situation;
    situation.address_is_gone = connection_.address_is_gone();
    if (now >= login_deadline(facts_.awaited_login(), settings_))
        situation.missed_login_limit = plan().login.limit;
    if (now >= process_.stops().deadline())
        situation.hung_for = StopTracker::patience;
    situation.silent_for = own_master_.silent_for();
    situation.failed_by = connection_.failed_by();
    const ForwardsOfSession forwards = facts_.forwards();
    const bool is_useless = !tracker_.asks_again() || forward_watch_.rivals().rival();
    if (forwards.may_be_retried && forwards.all_refused && is_useless)
        situation.useless = tracker_.refusal();
    if (forward_watch_.retry_is_due(now))
        situation.refused_forward = tracker_.refusal();
    const bool is_in = replacement_.is_in();
    situation.is_renewed = is_in && is_to_be_renewed(now);
    if (is_in)
        situation.failed_test = connection_.failure_beside_better();
    else if (!connection_.failed_test().empty() && !is_spared(now))
        situation.failed_test = connection_.failed_test();
    return situation;
}

Ruling Session::judge_end(ExitStatus status)
{
    tests_.abandon();
    tracker_.ssh_has_ended();
    setup_.finish();
    const ClientState& said = tracker_.client_state();
    const bool by_person = facts_.ended_at_terminal();
    const Failure by_log = tracker_.failure_of(status, setup_.complaint());
    Failure failure =
        facts_.for_person(said.logged_in() ? by_log
                                           : failure_of_question(answerer_.explained(by_log), said, plan(),
                                                                 setup_.complaint()));
    const bool is_proven = words_before_answer_ == said.circumstances().server_words ||
                           (shared_socket_.was_stopped() && !said.circumstances().told_to_exit);
    if (const auto told = facts_.end_by_command(status, is_proven); told && !own_master_.is_asking())
        failure = *told;
    // Whoever has ended it knows, unless it was another command than theirs.
    if (remote_command_has_ended(said.logged_in(), status) && failure.remedy.empty())
        tracker_.session_is_over();
    tracker_.note_failure(failure);
    Ruling ruling = judge_session(facts_.end(status, by_person, failure, by_log), settings_);
    if (failure.cause.starts_with(no_keepalive_answer))
        ruling.by = EndedBy::silence;
    if (ruling.gate_set_aside)
        facts_.gate_is_set_aside();
    return ruling;
}

/// Manual, "Refused forwards": what a dead session of ours may hold, or an ssh whose place this one has
/// taken, is soon to be had, and ssh lives on.
bool Session::ends_for_refusal() const
{
    const ClientState& said = tracker_.client_state();
    const bool is_asked_again = tracker_.asks_again() && !forward_watch_.rivals().rival();
    const State state = tracker_.status().state;
    const bool is_not_up = state == State::connecting || state == State::authenticated;
    if (!plan().forwards.are_vital)
        return said.required_forward_failed() && !(is_asked_again && is_not_up);
    const bool is_ours = is_held_by_us(facts_.forwards()) || predecessor_.may_hold(Clock::now());
    return we_end_ssh_ && said.some_forward_failed() && !(is_asked_again && is_ours);
}

Holder Session::holder_of_refused() const
{
    if (forward_watch_.rivals().rival())
        return Holder::rival;
    return is_held_by_us(facts_.forwards()) ? Holder::dead_session : Holder::anybody;
}

std::optional<Ruling> Session::judge_living()
{
    const bool refused = ends_for_refusal();
    if (!refused && !answerer_.must_end())
        return std::nullopt;
    Ruling ruling = judge_end(ExitStatus::exited(ssh_error));
    const Failure failure = refused
                                ? tracker_.refusal()
                                : failure_of_question(answerer_.explained(*answerer_.failure()),
                                                      tracker_.client_state(), plan(), setup_.complaint());
    tracker_.note_failure(failure);
    ruling.cause = failure.cause;
    ruling.failure = failure.failure_class;
    return ruling;
}

}  // namespace autossh
