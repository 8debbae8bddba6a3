#include "autossh/rules/session_end.hpp"

#include "autossh/base/numbers.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr const char* ended_from_outside = "ssh was ended from outside, most likely by a SIGTERM, which ends "
                                           "autossh as in 1.4g; --restart always goes on";

const char* in_words(Leaves leaves)
{
    return leaves == Leaves::background
               ? "ssh has gone to the background, where nobody would watch it"
               : "ssh has given its forwards to another ssh (ControlPath), which nobody would watch";
}

constexpr const char* ended_by_exit =
    "ended by ssh -O exit, which ends autossh where the connection is shared; --restart always goes on";

/// Manual, "Sharing". Without --share nobody is offered its socket, and 1.4g goes on.
bool is_stop_by_person(const SessionEnd& end, const TunnelSettings& settings)
{
    return end.told_to_exit && settings.share && settings.restart == RestartPolicy::on_failure &&
           !settings.restart_after_success;
}

}  // namespace

bool ended_by_person(const TerminalEnd& end)
{
    const bool seems_so = !end.by_proxy && end.closed_by_us && !end.failed && end.typed_just_before;
    return end.has_terminal && (end.escaped || seems_so);
}

bool remote_command_has_ended(bool logged_in, ExitStatus status)
{
    return logged_in && !status.by_signal() && status.number() != ssh_error;
}

Ruling judge_session(const SessionEnd& end, const TunnelSettings& settings)
{
    const FailureClass failure = end.attempt.failure.value_or(FailureClass::other);
    if (is_stop_by_person(end, settings))
        return {Verdict::stopped, Level::info,
                fmt::format("ssh exited with status {}; autossh exiting", end.status.number()), end.cause,
                ended_by_exit};
    Ruling ruling = judge(end.status, end.attempt, settings);
    const bool is_left =
        end.attempt.only_forwards && end.status == ExitStatus::exited(0) && end.leaves != Leaves::nothing;
    if (is_left)
        ruling.cause = in_words(end.leaves);
    if (is_left && ruling.verdict == Verdict::succeeded && settings.restart != RestartPolicy::none) {
        ruling.verdict = Verdict::restart;
        ruling.line = "ssh exited with status 0; restarting ssh";
    }
    if (end.status != ExitStatus::exited(0) || failure != FailureClass::other)
        ruling.failure = failure;
    // Without a session it ends so only at somebody's request, and it does not say whose.
    const bool from_outside = !is_left && end.attempt.only_forwards && !end.attempt.stream_is_lost &&
                              end.logged_in && end.status == ExitStatus::exited(0) &&
                              failure != FailureClass::job_gone;
    if (from_outside && ruling.verdict != Verdict::restart)
        ruling.note = ended_from_outside;
    if (ruling.cause.empty())
        ruling.cause = end.cause;
    if (ruling.within_gate && end.command_has_ended && !settings.gate_given)
        ruling.cause +=
            fmt::format(" within the gate time of {}; --restart never allows that, or AUTOSSH_GATETIME=0",
                        with_unit(settings.gate_time));
    if (failure != FailureClass::authentication_refused && end.secret_may_be_wrong)
        ruling.cause += "; the secret may be wrong";
    return ruling;
}

}  // namespace autossh
