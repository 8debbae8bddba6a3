#include "autossh/reporter.hpp"

#include <unistd.h>

namespace autossh {

bool Reporter::concerns(State state) const
{
    switch (audience_) {
    case Audience::nobody: return false;
    case Audience::session: return state == State::waiting || state == State::gave_up;
    case Audience::tunnel: return true;
    }
    return false;
}

void Reporter::changed(State state, std::string_view line)
{
    log_.info("{}", line);
    if (!concerns(state))
        return;
    // A session may have left anything on the line; a tunnel (-N) leaves nothing.
    const bool new_line = audience_ == Audience::session && !at_line_start_;
    stderr_.write(fmt::format("{}autossh: {}\r\n", new_line ? "\r\n" : "", line));
    at_line_start_ = true;
}

void Reporter::remark(std::string_view line)
{
    log_.info("{}", line);
    if (audience_ == Audience::tunnel)
        stderr_.write(fmt::format("autossh: {}\r\n", line));
}

void Reporter::advise(std::string_view line)
{
    log_.info("{}", line);
    if (audience_ != Audience::nobody)
        stderr_.write(fmt::format("autossh: {}\r\n", line));
}

void Reporter::pass_on(pid_t ssh, std::string_view raw_line)
{
    stderr_.write(raw_line);
    const std::size_t end = raw_line.find_last_not_of("\r\n");
    log_.quote(ssh, raw_line.substr(0, end + 1));
    at_line_start_ = raw_line.ends_with('\n');
}

}  // namespace autossh
