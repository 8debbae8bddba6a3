#include "autossh/tunnel/reporter.hpp"

#include "autossh/rules/times.hpp"

namespace autossh {

namespace {

/// ssh ends right after its last words. What it said earlier may stand above words of the remote program,
/// which do not come through us; an empty line too many does no harm.
constexpr Duration just_now = std::chrono::milliseconds(100);

}  // namespace

bool Reporter::concerns(State state) const
{
    switch (audience_) {
    case Audience::nobody: return false;
    case Audience::session: return state == State::waiting || state == State::gave_up;
    case Audience::tunnel: return true;
    }
    return false;
}

void Reporter::log(State state, std::string_view line, const std::optional<std::string>& repeat)
{
    const Time now = Clock::now();
    const bool in_full = !repeat || log_.wants_repeats() || now - told_in_full_at_ >= times::remind_after;
    if (in_full && state == State::waiting)
        told_in_full_at_ = now;
    if (in_full)
        log_.tell(LogEvent::state, line);
    else if (!repeat->empty())
        log_.tell(LogEvent::state, *repeat);
}

void Reporter::changed(State state, std::string_view line, const std::optional<std::string>& repeat)
{
    log(state, line, repeat);
    if (state == State::gave_up)
        end_ = line;
    if (!concerns(state) || (repeat && repeat->empty()))
        return;
    end_is_known_ = state == State::gave_up;
    // A session may have left anything on the line; a tunnel (-N) leaves nothing.
    const bool at_line_start =
        ours_was_last_ || (ssh_ended_line_at_ && Clock::now() - *ssh_ended_line_at_ < just_now);
    const bool new_line = audience_ == Audience::session && !at_line_start;
    if (new_line)
        log_.show("\r\n");
    log_.show_line(repeat ? std::string_view(*repeat) : line);
    ours_was_last_ = true;
}

void Reporter::session_is_over()
{
    end_is_known_ = audience_ != Audience::nobody;
    audience_ = Audience::nobody;
}

void Reporter::remark(std::string_view line)
{
    log_.tell(LogEvent::remark, line);
    if (audience_ == Audience::tunnel)
        log_.show_line(line);
}

void Reporter::advise(State state, std::string_view line)
{
    log_.tell(LogEvent::remedy, line);
    if (audience_ == Audience::tunnel || (concerns(state) && state == State::gave_up))
        log_.show_line(line);
}

void Reporter::last_words(Level level, std::string_view words)
{
    if (!end_is_known_)
        log_.show_last_words(level, end_.empty() ? words : end_);
}

void Reporter::pass_on(pid_t ssh, std::string_view raw_line, bool is_repeat)
{
    log_.pass_on(ssh, raw_line, is_repeat);
    ssh_ended_line_at_.reset();
    if (raw_line.ends_with('\n'))
        ssh_ended_line_at_ = Clock::now();
}

}  // namespace autossh
