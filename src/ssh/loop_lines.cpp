#include "autossh/ssh/loop_lines.hpp"

namespace autossh {

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

bool LoopLines::take(const SshMessage& message, std::string_view line)
{
    if (is_port(message)) {
        refused_ = true;
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
        refused_ = refused_ || terms_.port.has_value();
        return !terms_.users_forwards;
    }
    // Our own message finds nobody: the server does not listen, or listens and does not let us get there.
    const bool target_dead = message.kind == SshMessage::Kind::target_dead;
    const bool prohibited = message.subject.starts_with("administratively") && !works_;
    if (target_dead && tested_ && (refused_ || prohibited)) {
        refused_ = true;
        tested_ = false;
        return true;
    }
    return false;
}

}  // namespace autossh
