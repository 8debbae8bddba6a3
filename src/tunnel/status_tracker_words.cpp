// The part of StatusTracker that is about ssh's words.
#include "autossh/base/text.hpp"
#include "autossh/system/tcp_table.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <utility>

namespace autossh {

void StatusTracker::read_stray_line(std::string_view line, bool hidden)
{
    if (!hidden)
        reporter_.pass_on(ssh_, line);
    client_.read_stray_line(without_end(line));
}

Failure StatusTracker::failure_of(ExitStatus status, const std::string& complaint)
{
    return failure_of_client(client_, *plan_, status, complaint);
}

std::string StatusTracker::cause_of_end(const Failure& failure, ExitStatus status) const
{
    return cause_in_full(client_, refusals_, failure, status);
}

void StatusTracker::held(const std::string& words, bool in_line, const std::string& remedy)
{
    if (!remedy.empty())
        note_remedy({FailureClass::shut_out, words, remedy});
    const bool was_held = !status().hold.empty();
    if (!state_machine_.note_hold(words, in_line, Clock::now()) || was_held == !words.empty())
        return;  // how many are before it is not worth a word to anybody
    note_state();
    on_change_();
}

void StatusTracker::take_in(const LoggedLine& line, LoginProgress progress)
{
    const std::uint64_t uses_before = client_.failed_uses();
    const bool is_shown = client_.read_line(without_end(line.text), progress, line.is_of_users_level);
    const bool of_dead_target = client_.failed_uses() != uses_before;
    if (is_shown)
        reporter_.pass_on(ssh_, line.text, of_dead_target && remarks_.has_told(client_.dead_target()));
    note_login();
    note_loop();
    note_refused();
    if (of_dead_target)
        remarks_.dead_target(client_.dead_target(), Clock::now());
    if (state_machine_.note_forwards(client_.allocated_ports(), client_.forwards()))
        on_change_();
}

void StatusTracker::note_login()
{
    if (!client_.logged_in() || logged_in_at())
        return;
    settling_.logged_in(Clock::now());
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

}  // namespace autossh
