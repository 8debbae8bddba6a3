#include "autossh/reporter.hpp"

#include "autossh/descriptors.hpp"

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
    write_all(STDERR_FILENO, fmt::format("{}autossh: {}\r\n", new_line ? "\r\n" : "", line));
    at_line_start_ = true;
}

void Reporter::pass_on(pid_t ssh, std::string_view raw_line)
{
    write_all(STDERR_FILENO, raw_line);
    const std::size_t end = raw_line.find_last_not_of("\r\n");
    log_.quote(ssh, raw_line.substr(0, end + 1));
    at_line_start_ = raw_line.ends_with('\n');
}

}  // namespace autossh
