#include "autossh/ssh/probe_lines.hpp"

namespace autossh {

/// channels.c and mux.c: the target, the channel for it, and what has become of that.
bool ProbeLines::take(std::string_view line)
{
    constexpr std::string_view begins = "debug1: channel_connect_stdio_fwd: ";
    constexpr std::string_view debug = "debug1: ";
    if (target_.empty())
        return false;
    if (line.starts_with(begins)) {
        opens_ = line.substr(begins.size()) == target_;
    } else if (line.starts_with(debug) && line.find(": new ") != std::string_view::npos) {
        line.remove_prefix(debug.size());
        const std::string channel(line.substr(0, line.find(':') + 1));
        if (opens_)
            channel_ = channel;
        else if (channel_ == channel)
            channel_.clear();
        opens_ = false;
    }
    return !channel_.empty() && line.starts_with(channel_) && line.find(": open failed: ") != line.npos;
}

}  // namespace autossh
