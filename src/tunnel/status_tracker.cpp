#include "autossh/tunnel/status_tracker.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/system/tcp_table.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Until one is set.
std::shared_ptr<const SshPlan> default_plan()
{
    static const auto plan = std::make_shared<const SshPlan>();
    return plan;
}

}  // namespace

StatusTracker::StatusTracker(Log& log, bool over_ports, std::function<LoginProgress()> progress)
    : log_(log), reporter_(log),
      proof_(std::move(progress),
             [this](const LoggedLine& line, LoginProgress come) { take_in(line, come); }),
      over_ports_(over_ports), plan_(default_plan())
{}

void StatusTracker::set_plan(std::shared_ptr<const SshPlan> settled, bool on_terminal)
{
    plan_ = std::move(settled);
    const SshPlan& plan = *plan_;
    if (plan.understood && on_terminal)
        reporter_.set_audience(plan.session.is_wanted || plan.session.is_stream ? Audience::session
                                                                                : Audience::tunnel);
    if (!plan.loop.reason_against.empty())
        remarks_.no_tests(plan.loop.reason_against);
    if (!plan.control.reason_against.empty())
        remarks_.no_control_line(plan.control.reason_against);
    if (!plan.control.avoided.empty())
        remarks_.own_connection(plan.control.avoided);
    if (plan.forwards.needs_are_unseen)
        remarks_.needs_are_unseen();
}

void StatusTracker::record(TunnelEvent what, std::string cause)
{
    const auto line = state_machine_.record(what, Clock::now(), std::move(cause));
    note_state();
    if (line && plan_->understood)
        reporter_.changed(status().state, *line, state_machine_.repeat());
    if (line || what == TunnelEvent::test_passed)
        on_change_();
}

/// Before the line of the change, which has the new state.
void StatusTracker::note_state()
{
    const State state = status().state;
    context_.state = name(state);
    if (state == State::up || state == State::degraded) {
        context_.cause = {};
        figures_.failure.reset();
        figures_.tries_in_vain = 0;
    }
    log_.set_context(context_);
}

void StatusTracker::starting(std::string cause, std::optional<std::uint16_t> loop_port,
                             std::string loop_entrance, std::string loop_echo)
{
    had_all_forwards_ = had_all_forwards_ || (client_.logged_in() && !client_.some_forward_failed());
    has_loop_ = loop_port || !loop_echo.empty();
    passed_while_held_ = false;
    client_ = ClientState({.users_level = plan_->log.users_level,
                           .loop_port = loop_port,
                           .users_forwards = plan_->forwards.users > 0,
                           .session = plan_->session.is_wanted,
                           .shell = plan_->session.is_shell,
                           .monitor_port = plan_->forwards.monitor_port,
                           .monitor_listens = plan_->forwards.monitor_listens,
                           .loop_entrance = std::move(loop_entrance),
                           .loop_echo = std::move(loop_echo),
                           .log_is_read = plan_->log.is_read,
                           .forwards = plan_->forwards.all,
                           .is_our_master = !plan_->control.path.empty(),
                           .after_session = had_all_forwards_,
                           .past_log_is_read = plan_->log.past_log_is_read,
                           .tells_of_jobs = plan_->log.tells_of_jobs});
    failure_.reset();
    figures_.round_trips = {};
    figures_.loop_port = loop_port;
    remarks_.ssh_starts(Clock::now(), plan_->log.is_read);
    proof_.begin(plan_->log.is_forced ? plan_->log.users_level : std::nullopt);
    settling_.ssh_starts();
    loop_is_no_help_ = false;
    refusals_ = {};
    record(TunnelEvent::start, std::move(cause));
}

void StatusTracker::runs(pid_t ssh)
{
    context_.ssh = ssh;
    figures_.ssh = ssh;
    log_.set_context(context_);
}

void StatusTracker::ended_of(std::optional<FailureClass> failure, EndedBy by)
{
    remarks_.ssh_has_ended(Clock::now());
    figures_.tries_in_vain += status().up_since ? 0 : 1;
    figures_.failure = failure;
    figures_.ended_by = by;
    figures_.ssh = 0;
    note_remedy(noted_failure(failure, failure_, client_, refusals_));
    static_cast<void>(state_machine_.record(TunnelEvent::ending, Clock::now(), "ssh has ended"));
    context_.cause = failure ? name(*failure) : std::string_view();
    context_.ssh.reset();
    note_state();
    on_change_();
}

void StatusTracker::executed(pid_t ssh)
{
    ssh_ = ssh;
    settling_.ssh_runs(Clock::now());
    reporter_.ssh_started();
    record(TunnelEvent::executed, fmt::format("ssh runs, pid {}", ssh));
}

void StatusTracker::note_remedy(const Failure& failure)
{
    advice_.note(failure);
    state_machine_.note_remedy(advice_.current());
}

void StatusTracker::advise()
{
    if (const std::string remedy = advice_.due(plan_->understood, Clock::now()); !remedy.empty())
        reporter_.advise(status().state, fmt::format("remedy: {}", remedy));
}

std::optional<Destination> StatusTracker::server_address() const
{
    if (plan_->destination.by_proxy)
        return std::nullopt;
    return server_ ? server_ : plan_->destination;
}

void StatusTracker::session_is_over()
{
    if (plan_->session.is_wanted)
        reporter_.session_is_over();
}

void StatusTracker::waiting(const std::string& cause, std::optional<Duration> wait, const WaitWords& words)
{
    if (!words.remedy.empty())
        note_remedy({FailureClass::other, cause, words.remedy});
    const std::string line = state_machine_.record_wait(Clock::now(), cause, wait, words.or_when);
    note_state();
    if (plan_->understood)
        reporter_.changed(State::waiting, line, state_machine_.repeat());
    on_change_();
    advise();
}

void StatusTracker::gave_up(const std::string& cause, bool was_asked_for)
{
    if (was_asked_for)
        reporter_.session_is_over();
    record(TunnelEvent::ended_for_good, cause);
    advise();
}

void StatusTracker::note_next_try(std::optional<Time> next_try)
{
    if (state_machine_.move_next_try(next_try))
        on_change_();
}

Time StatusTracker::forwards_settle_at() const
{
    if (proof_.waits())
        return proof_.next_look();
    if (waits_for_forwards())
        return never;
    // With -M PORT and an ssh that we do not know, only a test can tell.
    const bool time_tells = !plan_->log.login_is_heard && (plan_->understood || !over_ports_);
    return settling_.due(
        status().state,
        {.waits_for_test = waits_for_test(), .is_answered = client_.is_answered(), .time_tells = time_tells});
}

void StatusTracker::look(Time now)
{
    if (status().state != State::connecting)
        remarks_.server_has_answered();
    else if (remarks_.look(now, client_.circumstances(), state_machine_))
        on_change_();
    if (now < forwards_settle_at())
        return;
    if (proof_.waits()) {
        proof_.look(client_.logged_in());
        return;
    }
    if (!logged_in_at() && is_still_connecting(ssh_)) {
        settling_.is_still_connecting(now);
        return;
    }
    tell_refused();
    if (logged_in_at())
        record(TunnelEvent::confirmed, fmt::format("logged in to {}, no forward refused", client_.login()));
    else
        record(TunnelEvent::confirmed, "ssh has lived for 30 s; its log-in cannot be seen");
    remarks_.tell_kept();
}

}  // namespace autossh
