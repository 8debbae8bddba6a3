#include "autossh/ssh/probe_lines.hpp"

#include <utility>

namespace autossh {

void ProbeLines::expect(std::string target)
{
    target_ = std::move(target);
    failure_.reset();
}

/// channels.c and mux.c: the target, the channel for it, and what has become of that.
bool ProbeLines::take(std::string_view line)
{
    constexpr std::string_view begins = "debug1: channel_connect_stdio_fwd: ";
    constexpr std::string_view debug = "debug1: ";
    if (target_.empty())
        return false;
    if (line.starts_with(begins)) {
        const std::string_view target = line.substr(begins.size());
        counts_ = target == target_;
        opens_ = counts_ || target == nowhere;
    } else if (line.starts_with(debug) && line.find(": new ") != std::string_view::npos) {
        line.remove_prefix(debug.size());
        const std::string channel(line.substr(0, line.find(':') + 1));
        if (opens_)
            channel_ = channel;
        else if (channel_ == channel)
            channel_.clear();
        opens_ = false;
    }
    constexpr std::string_view failed = ": open failed: ";
    const std::size_t at = line.find(failed);
    if (channel_.empty() || !line.starts_with(channel_) || at == line.npos)
        return false;
    if (!counts_)
        return true;
    const std::string_view reason = line.substr(at + failed.size());
    if (reason.starts_with("administratively prohibited"))
        failure_ = Failure::forbidden;
    else
        failure_ = reason.find("Connection refused") != reason.npos ? Failure::nobody : Failure::other;
    return true;
}

}  // namespace autossh
