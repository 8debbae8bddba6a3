#include "autossh/ssh/client_state.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

// As that of a connection that has ended.
constexpr int weight_of_lost_session = 30;

bool is_port(const std::string& text)
{
    const auto number = parse_integer(text);
    return number && *number > 0 && *number <= std::numeric_limits<std::uint16_t>::max() &&
           text == std::to_string(*number);
}

/// ssh.c: what ExitOnForwardFailure is about.
bool tells_of_whole_forward(const SshMessage& message, std::string_view line)
{
    return message.kind == SshMessage::Kind::forward_refused ||
           line.find("cannot listen to port") != line.npos || line.starts_with("Tunnel device open failed") ||
           line.starts_with("unix_listener: cannot bind") || line.starts_with("Could not request");
}

}  // namespace

bool ClientState::read_line(std::string_view line, LoginProgress progress, bool is_of_users_level)
{
    if (terms_.is_our_master && line.starts_with("mux_"))
        return false;
    const bool of_job = line.starts_with(job_words);
    SshMessage message = of_job && !terms_.tells_of_jobs ? SshMessage{} : parse_message(line);
    circumstances_.read_line(line, logged_in());
    if (probe_.take(line))
        return false;
    const bool shown = is_of_users_level || !terms_.users_level || is_shown_at(*terms_.users_level, line);
    const bool proven = progress == LoginProgress::logged_in;
    if (!line.starts_with("debug") && !line.empty() && !only_at_verbose(line))
        ended_by_itself_ = is_last_line(line);
    if (message.kind == SshMessage::Kind::logged_in && proven)
        origin_.login_is_proven();
    if (!logged_in() && is_foreign(line))
        return shown;
    if (progress == LoginProgress::before_login && comes_after_login(message))
        return shown;
    if (logged_in() && (comes_before_login(message) || !may_come_now(message, line)))
        return shown;
    if (loop_.take(message, line))
        return false;
    if (tells_of_whole_forward(message, line))
        note_failed_forward(message);
    explain_forward(message);
    // A master has no -W of its own: it is that of another ssh, which shares the connection.
    const bool of_other = terms_.is_our_master && line.starts_with("debug1: channel_connect_stdio_fwd: ");
    const auto refused = of_other ? std::nullopt : forwards_.read_line(line, message, dead_target().remedy);
    if (refused)
        take_refused_forward(*refused);
    take(std::move(message), line);
    return shown;
}

bool ClientState::is_foreign(std::string_view line)
{
    const bool foreign = origin_.is_foreign(line);
    if (origin_.shows_that_ssh_goes_on() && failure_ && failure_->weight == denied)
        failure_.reset();
    return foreign;
}

bool ClientState::may_come_now(const SshMessage& message, std::string_view line)
{
    const bool local =
        message.kind == SshMessage::Kind::local_port_in_use && message.subject != tunnel_device;
    const bool may_come = !local || origin_.may_tell_of_local_forwards();
    origin_.read_line_of_session(line);
    return may_come;
}

void ClientState::take(SshMessage message, std::string_view line)
{
    switch (message.kind) {
    case SshMessage::Kind::logged_in:
        login_ = std::move(message.subject);
        failure_.reset();  // it was none: another key or address did
        break;
    case SshMessage::Kind::first_factor: first_factor_ = true; break;
    case SshMessage::Kind::session_over: session_over_ = true; break;
    case SshMessage::Kind::target_dead: take_dead_target(std::move(message), line); break;
    case SshMessage::Kind::port_allocated:
        if (is_port(message.subject) && allocated_ports_.size() < most_remembered)
            allocated_ports_.push_back(std::move(message.subject));
        break;
    case SshMessage::Kind::forward_refused:
    case SshMessage::Kind::local_port_in_use: take_refused_forward(message); [[fallthrough]];
    case SshMessage::Kind::failure: take_failure(std::move(message)); break;
    case SshMessage::Kind::unknown:
        if (!logged_in() && !line.starts_with("debug") && !only_at_verbose(line))
            unknown_words_ = one_line(line);
        break;
    }
}

const Failure& ClientState::dead_target() const
{
    static const Failure none;
    return dead_target_ ? *dead_target_ : none;
}

void ClientState::take_dead_target(SshMessage message, std::string_view line)
{
    const std::string target = circumstances_.target_of(line);
    if (target == "tun")  // of which another line tells
        return;
    if (target == session_channel && !terms_.session)  // of another ssh, which shares this connection
        return;
    if (target == session_channel) {
        message.kind = SshMessage::Kind::failure;
        message.weight = weight_of_lost_session;
        message.failure = {FailureClass::other, std::string(no_session_allowed)};
        take_failure(std::move(message));
        return;
    }
    std::string reason = std::exchange(message.subject, target);
    if (!target.empty())
        reason += fmt::format(" ({})", target);
    message.failure = {FailureClass::forward_refused, std::move(reason)};
    ++failed_uses_;
    dead_target_ = target.empty() ? message.failure : explained(message, circumstances(), {});
}

void ClientState::read_lines(std::string_view text)
{
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        read_line(line.substr(0, line.find_last_not_of('\r') + 1));
    }
}

bool ClientState::reason_is_claimed() const
{
    return failure_ && !logged_in() && !ended_by_itself_ && needs_mending(failure_->failure.failure_class);
}

void ClientState::take_failure(SshMessage message)
{
    FailureClass& failure_class = message.failure.failure_class;
    const bool broken =
        failure_class == FailureClass::key_exchange || failure_class == FailureClass::timed_out;
    const bool of_schedd = message.failure.cause.starts_with(schedd_is_silent);  // and not of the connection
    if (logged_in() && broken && !of_schedd)
        failure_class = FailureClass::connection_lost;
    if (!needs_mending(failure_class) && (!plain_failure_ || message.weight >= plain_failure_->weight))
        plain_failure_ = message;
    if (!failure_ || message.weight >= failure_->weight)
        failure_ = std::move(message);
}

Failure ClientState::failure(ExitStatus status, const KeyCircumstances& keys) const
{
    // What ssh has survived is no reason when it was killed, or when the session was over in order.
    const bool survived = failure_ && failure_->weight <= survivable && (status.by_signal() || session_over_);
    if (!failure_ || survived)
        return without_words(status);
    // Of keys and host keys ssh has the last word; that it has tried too often, a server has.
    const bool forged =
        reason_is_claimed() && failure_->failure.failure_class != FailureClass::authentication_refused;
    if (forged)
        return plain_failure_ ? explained(*plain_failure_, circumstances(), keys) : without_words(status);
    return explained(*failure_, circumstances(), keys);
}

Failure ClientState::without_words(ExitStatus status) const
{
    if (status.by_signal())
        return {FailureClass::other, fmt::format("ssh was killed by signal {}", status.number())};
    if (status.number() != ssh_error && terms_.session)
        return explained_end_of_session(circumstances(), terms_.shell);
    if (status.number() != ssh_error)
        return {FailureClass::other, "ssh has ended"};
    // "Connection to HOST closed by remote host." goes to standard error, past -E.
    if (session_over_ && terms_.session)
        return {FailureClass::connection_lost,
                "connection closed by the server, or the remote command has ended with 255"};
    if (session_over_)
        return {FailureClass::connection_lost, "connection closed by the server"};
    if ((loop_refused() || loop_.is_to_move()) && entrance_refusal().empty())  // and ExitOnForwardFailure
        return {FailureClass::forward_refused, "the server refuses to listen on the port of our own loop"};
    if (!unknown_words_.empty())
        return {FailureClass::other, unknown_words_};
    return {FailureClass::other, terms_.log_is_read ? "ssh has ended without a word" : "ssh has ended"};
}

}  // namespace autossh
