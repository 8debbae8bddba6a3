#include "autossh/ssh/loop_lines.hpp"

#include "autossh/ssh/forward_reply.hpp"

#include <string>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view channel_word = "channel ";

/// "channel 7: …": "7".
std::string_view channel_of(std::string_view line)
{
    if (!line.starts_with(channel_word))
        return {};
    line.remove_prefix(channel_word.size());
    return line.substr(0, line.find_first_not_of("0123456789"));
}

}  // namespace

/// channels.c, port_open_helper: what is connected to whom, and then the channel for it. A socket's port
/// is -2.
void LoopLines::note_channel(std::string_view line)
{
    constexpr std::string_view debug = "debug1: ";
    if ((!terms_.port && terms_.echo.empty()) || !line.starts_with(debug))
        return;
    line.remove_prefix(debug.size());
    const std::string target =
        terms_.echo.empty() ? fmt::format("127.0.0.1 port {}", *terms_.port) : terms_.echo;
    if (line.starts_with("Connection to port ")) {
        opens_ = line == fmt::format("Connection to port -2 forwarding to {} requested.", target);
    } else if (line.starts_with(channel_word) && line.find(": new ") != std::string_view::npos) {
        if (opens_)
            open_channel_ = channel_of(line);
        else if (open_channel_ == channel_of(line))
            open_channel_.clear();
        opens_ = false;
    }
}

/// At DEBUG1, of a refusal, too, which a second line tells.
void LoopLines::note_answer(std::string_view line)
{
    const auto reply = forward_reply_from(line);
    const auto port = terms_.port ? terms_.port : terms_.monitor_port;
    if (reply && port)
        answered_ = answered_ || reply->listen.substr(reply->listen.rfind(':') + 1) == std::to_string(*port);
}

bool LoopLines::is_port(const SshMessage& message) const
{
    return message.kind == SshMessage::Kind::forward_refused && terms_.port &&
           message.subject == std::to_string(*terms_.port);
}

bool LoopLines::is_entrance(const SshMessage& message) const
{
    return message.kind == SshMessage::Kind::local_port_in_use && !terms_.entrance.empty() &&
           message.subject == terms_.entrance;
}

void LoopLines::move_to(std::uint16_t port)
{
    terms_.port = port;
    port_is_refused_ = false;
    works_ = false;
}

bool LoopLines::take(const SshMessage& message, std::string_view line)
{
    note_answer(line);
    if (is_port(message)) {
        port_is_refused_ = true;
        return true;
    }
    if (is_entrance(message)) {
        refused_ = true;
        entrance_refusal_ = message.failure.cause;
        return true;
    }
    // ssh says so when no local forward works: of the user's own each has been named.
    if (!entrance_refusal_.empty() && line.starts_with("Could not request local forwarding"))
        return true;
    if (drops_all_forwards(message)) {
        refused_ = refused_ || terms_.port || !terms_.echo.empty();
        return !terms_.users_forwards;
    }
    note_channel(line);
    // Our own message finds nobody: the server does not listen, or listens and does not let us get there.
    const bool ours = message.kind == SshMessage::Kind::target_dead && !open_channel_.empty() &&
                      channel_of(line) == open_channel_;
    if (ours && message.subject.starts_with("administratively") && !works_)
        refused_ = true;
    return ours;
}

}  // namespace autossh
