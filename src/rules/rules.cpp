#include "autossh/rules/rules.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr const char* stream_cannot_go_on = "not restarted: another ssh cannot take up the stream of a "
                                            "subsystem or of -W; --restart always does it all the same";

/// Manual, "Gate time": what may be well a minute later, above all when machines and networks have just been
/// switched on, or hold what a dead session has left there.
bool can_pass(FailureClass failure)
{
    switch (failure) {
    case FailureClass::name_not_found:
    case FailureClass::no_route:
    case FailureClass::refused:
    case FailureClass::timed_out:
    case FailureClass::connection_lost:
    case FailureClass::forward_refused:
    case FailureClass::local_port_in_use:
    case FailureClass::shut_out: return true;
    default: return false;
    }
}

/// Not there yet, for an hour or a day perhaps: that is no reason to give up at the first start, at a
/// terminal and with a gate time that was asked for neither.
bool job_is_awaited(ExitStatus status, const Attempt& attempt)
{
    return status == ExitStatus::exited(ssh_error) &&
           (attempt.failure == FailureClass::job_not_running || attempt.failure == FailureClass::job_held);
}

/// Another status than ssh's own is that of a command, and says nothing of the connection.
bool time_can_cure(ExitStatus status, const Attempt& attempt)
{
    return status == ExitStatus::exited(ssh_error) && attempt.failure && !attempt.lasts &&
           can_pass(*attempt.failure);
}

/// The gate was not asked for, and giving up at it would help nobody.
bool gate_is_set_aside(ExitStatus status, const Attempt& attempt, const TunnelSettings& settings)
{
    if (settings.gate_given)
        return false;
    const bool unattended_and_curable =
        !attempt.attended && !attempt.may_have_run && time_can_cure(status, attempt);
    // A service manager would start us anew, and each time the log-in be tried as if it were the first.
    const bool refused = attempt.perhaps_refused || (attempt.failure && needs_mending(*attempt.failure));
    const bool hammered =
        !attempt.attended && settings.supervised && (refused || (attempt.lasts && !attempt.may_have_run));
    return unattended_and_curable || hammered || settings.restart == RestartPolicy::always;
}

const char* why_set_aside(ExitStatus status, const Attempt& attempt)
{
    if (time_can_cure(status, attempt))
        return "time can cure this";
    return attempt.lasts ? "a service manager would repeat it without a wait"
                         : "a service manager would repeat the refused log-in without a wait";
}

Ruling gives_up(ExitStatus status, Verdict verdict)
{
    const std::string how = status.by_signal() ? fmt::format("on signal {}", status.number())
                                               : fmt::format("with status {}", status.number());
    return {verdict, Level::info, fmt::format("ssh exited {}; autossh exiting", how), ""};
}

Ruling restarts(int number)
{
    const char* const error = number == 0 ? "" : "error ";
    return {Verdict::restart, Level::info,
            fmt::format("ssh exited with {}status {}; restarting ssh", error, number), ""};
}

/// What the loader, or a shell between us and ssh, exits with: ssh has not begun, as a library of its is
/// being upgraded (126, 127), or a signal has ended it (128 + N).
bool is_of_shell(int number, const Attempt& attempt)
{
    return attempt.only_forwards && number >= 126 && number <= 128 + 64 && number != 128;  // 64 signals
}

/// The reference's rules, for an ssh that was not killed and is past the gate.
Ruling judge_status(int number, const Attempt& attempt, const TunnelSettings& settings)
{
    const bool always = settings.restart == RestartPolicy::always;
    if (number == 0 && settings.restart_after_success)
        return {Verdict::restart, Level::info, "", ""};
    if (number == ssh_error && attempt.by_person)
        return {Verdict::stopped, Level::info, "ssh exited with status 255; autossh exiting",
                "ended at its terminal (~.)"};
    if (number == 0 && !always)
        return gives_up(ExitStatus::exited(0), Verdict::succeeded);

    const bool has_gate = settings.gate_time > Duration::zero();
    const bool may_be_usage = number == 1 || number == 2;
    if (always || number == ssh_error || is_of_shell(number, attempt) ||
        (may_be_usage && (!attempt.first || !has_gate)))
        return restarts(number);
    return gives_up(ExitStatus::exited(number), Verdict::failed);
}

Ruling gives_up_at_gate(ExitStatus status)
{
    Ruling ruling{Verdict::failed, Level::error,
                  fmt::format("ssh exited prematurely with status {}; autossh exiting", status.number())};
    ruling.within_gate = true;
    return ruling;
}

Ruling judge_unlisted(ExitStatus status, const Attempt& attempt, const TunnelSettings& settings)
{
    if (status.by_signal())
        return {Verdict::restart, Level::info,
                fmt::format("ssh exited on signal {}, restarting ssh", status.number()), ""};

    const bool is_early = settings.gate_time > Duration::zero() && attempt.lasted <= settings.gate_time;
    const bool within_gate = is_early && attempt.first && !job_is_awaited(status, attempt);
    const bool set_aside = within_gate && gate_is_set_aside(status, attempt, settings);
    if (within_gate && !set_aside)
        return gives_up_at_gate(status);

    if (attempt.person_was_asked && attempt.failure && needs_mending(*attempt.failure))
        return {Verdict::failed, Level::error,
                fmt::format("ssh exited prematurely with status {}; autossh exiting", status.number()), "",
                "whoever was asked at the start is asked only once"};

    if (attempt.caller_sees_shell_end && settings.restart == RestartPolicy::on_failure &&
        !settings.restart_after_success)
        return gives_up(status, Verdict::failed);

    Ruling ruling = judge_status(status.number(), attempt, settings);
    // The starts before it, in which nothing could run, are set aside: it would have been the first.
    const bool first_run = is_early && attempt.may_have_run && attempt.first_to_run;
    if (first_run && ruling.verdict == Verdict::restart && !gate_is_set_aside(status, attempt, settings))
        return gives_up_at_gate(status);
    ruling.gate_set_aside = set_aside;
    if (set_aside && ruling.verdict == Verdict::restart && settings.restart != RestartPolicy::always)
        ruling.note =
            fmt::format("not giving up within the gate time, as {} ({})", why_set_aside(status, attempt),
                        name(attempt.failure.value_or(FailureClass::other)));
    return ruling;
}

/// Manual, "Exit of ssh": with --restart never we are the ssh of a program that reads its status. A 0 within
/// a gate time that was given is no success.
Ruling as_ssh_itself(ExitStatus status, Ruling ruling)
{
    const bool success = status == ExitStatus::exited(0);
    if (ruling.verdict == Verdict::restart)
        ruling = gives_up(status, success ? Verdict::succeeded : Verdict::failed);
    if (!success)
        ruling.exit_status = status.for_shell();
    return ruling;
}

/// A service starts ssh for one client after another.
bool minds_stream(const TunnelSettings& settings)
{
    return settings.restart == RestartPolicy::on_failure && !settings.restart_after_success;
}

/// Manual, "Exit of ssh": whoever talks through the stream learns that it has ended, and can begin anew.
Ruling judge_stream(ExitStatus status, Attempt attempt, TunnelSettings settings)
{
    attempt.stream_is_lost = false;
    if (!settings.gate_given)
        settings.gate_time = Duration::zero();
    Ruling ruling = judge(status, attempt, settings);
    if (ruling.verdict == Verdict::restart)
        ruling.note = stream_cannot_go_on;
    ruling = as_ssh_itself(status, std::move(ruling));
    ruling.was_asked_for = attempt.hung_up;
    return ruling;
}

/// Manual, "Jobs": no other start can help. It has ended by itself (0), or is not there any more.
Ruling judge_gone_job(ExitStatus status, const TunnelSettings& settings)
{
    Ruling ruling = gives_up(status, status.number() == 0 ? Verdict::succeeded : Verdict::failed);
    ruling.exit_status =
        settings.restart == RestartPolicy::none ? status.for_shell() : exit_status(FailureClass::job_gone);
    return ruling;
}

}  // namespace

Ruling judge(ExitStatus status, const Attempt& attempt, const TunnelSettings& settings)
{
    const bool listed =
        attempt.failure && !attempt.failure_is_claimed && settings.exit_on.contains(*attempt.failure);
    if (listed && !attempt.by_person && status != ExitStatus::exited(0)) {
        Ruling ruling = gives_up(status, Verdict::failed);
        ruling.exit_status = exit_status(*attempt.failure);
        return ruling;
    }
    if (attempt.failure == FailureClass::job_gone &&
        (status == ExitStatus::exited(0) || status == ExitStatus::exited(job_is_gone)))
        return judge_gone_job(status, settings);
    if (attempt.stream_is_lost && minds_stream(settings))
        return judge_stream(status, attempt, settings);
    Ruling ruling = judge_unlisted(status, attempt, settings);
    if (settings.restart != RestartPolicy::none)
        return ruling;
    ruling = as_ssh_itself(status, std::move(ruling));
    ruling.was_asked_for = attempt.stream_is_lost && attempt.hung_up;
    return ruling;
}

/// An ssh that has run before comes back: it is being upgraded, or its disk is away for a moment. 1.4g goes
/// on for want of processes alone, and not at first.
bool is_tried_again(bool passes, bool first, const Manner& manner)
{
    return manner.waits_for_missing_ssh ? passes || !first : passes && !first;
}

Ruling by_policy(Ruling ruling, bool stream_is_lost, const TunnelSettings& settings)
{
    const bool cannot_go_on = stream_is_lost && minds_stream(settings);
    const bool listed = ruling.failure && settings.exit_on.contains(*ruling.failure);
    if (ruling.verdict != Verdict::restart ||
        (!listed && !cannot_go_on && settings.restart != RestartPolicy::none))
        return ruling;
    ruling.verdict = Verdict::failed;
    ruling.note =
        listed ? fmt::format("not restarted, as asked for \"{}\"; autossh exiting", name(*ruling.failure))
               : (cannot_go_on ? stream_cannot_go_on : "not restarted, as asked; autossh exiting");
    if (listed)
        ruling.exit_status = exit_status(*ruling.failure);
    else
        ruling.exit_status = ssh_error;  // as ssh's own, where its connection breaks
    return ruling;
}

std::string last_words(const Ruling& ruling, const TunnelSettings& settings)
{
    const bool by_others = ruling.verdict == Verdict::succeeded && !ruling.note.empty();
    if ((ruling.verdict != Verdict::failed && !by_others) || ruling.was_asked_for ||
        settings.restart == RestartPolicy::none)
        return "";
    return by_others || ruling.line.empty() ? ruling.note : ruling.line;
}

}  // namespace autossh
