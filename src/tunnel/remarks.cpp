#include "autossh/tunnel/remarks.hpp"

#include "autossh/base/text.hpp"
#include "autossh/rules/times.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

void Remarks::ssh_starts(Time now)
{
    dead_targets_ = {};
    stray_words_.clear();
    kept_.clear();
    answer_due_ = now + times::answer_is_slow;
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

void Remarks::dead_target(const Failure& target)
{
    if (!dead_targets_.is_new(target.cause))
        return;
    reporter_.remark(fmt::format("the target of a forward cannot be reached: {}", target.cause));
    if (!target.remedy.empty())
        reporter_.advise(State::degraded, fmt::format("remedy: {}", target.remedy));
}

void Remarks::read_stray_line(pid_t ssh, std::string_view raw_line, bool hidden)
{
    if (!hidden)
        reporter_.pass_on(ssh, raw_line);
    if (std::string words = one_line(without_end(raw_line)); !words.empty())
        stray_words_ = std::move(words);
}

bool Remarks::look(Time now, const SshCircumstances& known, StateMachine& state_machine)
{
    if (now < answer_due_)
        return false;
    answer_due_ = never;
    const bool silent = !known.host.empty() && known.user.empty() && !known.no_greeting;
    if (!silent)
        return false;
    const std::string words = fmt::format("no answer yet from {} port {}", known.host, known.port);
    reporter_.remark(words);
    state_machine.note_silence(words);
    return true;
}

}  // namespace autossh
