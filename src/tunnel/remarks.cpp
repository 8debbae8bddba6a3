#include "autossh/tunnel/remarks.hpp"

#include "autossh/base/text.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/ssh/message.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

void Remarks::ssh_starts(Time now, bool log_is_read)
{
    dead_targets_ = {};
    kept_.clear();
    answer_due_ = log_is_read ? now + times::answer_is_slow : never;
}

void Remarks::no_tests(const std::string& reason)
{
    if (!std::exchange(no_tests_told_, true))
        reporter_.remark(
            fmt::format("no connection tests: {}; keepalives alone watch the connection", reason));
}

void Remarks::keep_no_tests(const std::string& reason)
{
    kept_ = reason;
}

void Remarks::tell_kept()
{
    if (!kept_.empty())
        no_tests(std::exchange(kept_, {}));
}

void Remarks::echo_is_away(const std::string& reason)
{
    if (!std::exchange(echo_is_away_, true))
        reporter_.remark(fmt::format("{}; keepalives alone watch the connection until it does", reason));
}

void Remarks::echo_answers()
{
    if (std::exchange(echo_is_away_, false))
        reporter_.remark("the echo service answers again");
}

void Remarks::no_control_line(const std::string& reason)
{
    if (!std::exchange(no_control_line_told_, true))
        reporter_.remark(fmt::format("no control line: {}", reason));
}

void Remarks::own_connection(const std::string& path)
{
    if (!std::exchange(own_connection_told_, true))
        reporter_.remark(fmt::format("another ssh answers at the control path {}: the tunnel has a "
                                     "connection of its own, as nobody would watch that one",
                                     path));
}

void Remarks::needs_are_unseen()
{
    if (!std::exchange(unseen_needs_told_, true))
        reporter_.remark("what is refused cannot be seen, as ssh's log does not come to autossh: the need "
                         "\"required\" of a forward is not kept");
}

void Remarks::optional_forward(const Failure& refusal)
{
    reporter_.remark(fmt::format("an optional forward is refused: {}", refusal.cause));
    if (!refusal.remedy.empty())
        reporter_.advise(State::degraded, fmt::format("remedy: {}", refusal.remedy));
}

void Remarks::dead_target(const Failure& target, Time now)
{
    if (!dead_targets_.note(target.cause, now)) {
        tell_repeats(now, times::remind_after);
        return;
    }
    reporter_.remark(fmt::format("the target of a forward cannot be reached: {}", target.cause));
    if (!target.remedy.empty())
        reporter_.advise(State::degraded, fmt::format("remedy: {}", target.remedy));
}

void Remarks::tell_repeats(Time now, Duration interval)
{
    for (const DeadTargets::Repeats& repeats : dead_targets_.take_repeats(now, interval))
        reporter_.remark(fmt::format("the target of a forward cannot be reached, {} more {}: {}",
                                     repeats.uses, repeats.uses == 1 ? "time" : "times", repeats.reason));
}

bool Remarks::look(Time now, const SshCircumstances& known, StateMachine& state_machine)
{
    if (now < answer_due_)
        return false;
    answer_due_ = never;
    const bool silent = !known.host.empty() && known.user.empty() && !known.no_greeting;
    if (!silent)
        return false;
    const std::string words = fmt::format("no answer yet from {} port {}", as_name(known.host), known.port);
    reporter_.remark(words);
    state_machine.note_silence(words);
    return true;
}

}  // namespace autossh
