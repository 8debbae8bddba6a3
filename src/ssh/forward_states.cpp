#include "autossh/ssh/forward_states.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t most_failed_channels = 64;

bool listens_on_server(const Forward& forward)
{
    return forward.kind == Forward::Kind::remote;
}

bool is_device(const Forward& forward)
{
    return forward.kind == Forward::Kind::device;
}

bool is_stdio(const Forward& forward)
{
    return forward.kind == Forward::Kind::stdio;
}

}  // namespace

ForwardStates::ForwardStates(std::vector<Forward> forwards) : forwards_(std::move(forwards))
{
    put_in_words();
}

std::optional<SshMessage> ForwardStates::read_line(std::string_view line, const SshMessage& message,
                                                   const std::string& remedy)
{
    const bool of_device = message.subject == tunnel_device;
    switch (message.kind) {
    case SshMessage::Kind::forward_refused:
        if (drops_all_forwards(message))
            set([](const Forward&) { return true; }, Forward::State::refused, true);
        else if (of_device)
            set(is_device, Forward::State::refused);
        else if (std::exchange(answered_, {}) != message.subject)
            set([&](const Forward& one) { return listens_on_server(one) && one.place == message.subject; },
                Forward::State::refused);
        return std::nullopt;
    case SshMessage::Kind::local_port_in_use:
        if (of_device)
            set(is_device, Forward::State::refused);
        else if (!message.address.empty() || !some_are_refused(message))  // the last line names no address
            set([&](const Forward& one) { return is_refused_here(one, message); }, Forward::State::refused);
        return std::nullopt;
    case SshMessage::Kind::port_allocated: take_allocated(message.subject); return std::nullopt;
    default: break;
    }
    take_reply(line);
    take_user(line);
    auto refusal = take_channel(line, message);
    if (refusal)
        refusal->failure.remedy = remedy;
    return refusal;
}

bool ForwardStates::awaits_answers() const
{
    return std::ranges::any_of(forwards_, [](const Forward& forward) {
        return listens_on_server(forward) && forward.state == Forward::State::unknown;
    });
}

void ForwardStates::granted(const ConfiguredForward& meant)
{
    const auto found = std::ranges::find_if(forwards_, [&](const Forward& forward) {
        return forward.state == Forward::State::refused && forward.is_configured_as(meant);
    });
    if (found != forwards_.end())
        change(*found, listens_on_server(*found) ? Forward::State::working : Forward::State::unknown);
}

bool ForwardStates::some_are_refused(const SshMessage& refusal) const
{
    return std::ranges::any_of(forwards_, [&](const Forward& forward) {
        return forward.state == Forward::State::refused && is_about(refusal, forward);
    });
}

bool ForwardStates::are_about_one(const SshMessage& refusal, const SshMessage& other) const
{
    const auto is_known = [this](const SshMessage& message) {
        return std::ranges::any_of(forwards_, [&](const Forward& one) { return is_about(message, one); });
    };
    if (refusal.kind != other.kind || refusal.subject != other.subject)
        return false;
    return !is_known(refusal) || !is_known(other) ||
           std::ranges::any_of(forwards_, [&](const Forward& forward) {
               return is_about(refusal, forward) && is_about(other, forward);
           });
}

/// clientloop.c and ssh.c, at DEBUG1. "tunnel forward established" is said of a refused one as well, after
/// "Tunnel forwarding failed".
void ForwardStates::take_reply(std::string_view line)
{
    if (const auto reply = forward_reply_from(line))
        take_answer(*reply);
    else if (line.starts_with("debug1: ssh_tun_confirm: tunnel forward established"))
        set(is_device, Forward::State::working);
    else
        take_stdio(line);
}

/// clientloop.c: "listen localhost port 7000, originator 127.0.0.1 port 4711".
void ForwardStates::take_user(std::string_view line)
{
    const auto listen = between(line, "debug1: client_request_forwarded_tcpip: listen ", ", originator ");
    const auto user = between(line, ", originator ", " port ");
    if (!listen || !user || user->find(':') != std::string_view::npos)
        return;
    for (Forward& forward : forwards_)
        if (listens_on_server(forward) && listen->ends_with(" port " + forward.place))
            forward.is_used_by_ipv4 = true;
}

void ForwardStates::take_answer(const ForwardReply& reply)
{
    const auto awaited = [&](bool (*is_about)(const ForwardReply&, const Forward&)) {
        return std::ranges::find_if(forwards_, [&](const Forward& one) {
            return one.state == Forward::State::unknown && is_about(reply, one);
        });
    };
    auto found = awaited(is_exactly_about);
    if (found == forwards_.end())
        found = awaited(is_roughly_about);
    if (found == forwards_.end())
        return;
    change(*found, reply.is_granted ? Forward::State::working : Forward::State::refused);
    if (!reply.is_granted)
        answered_ = found->place;
}

/// ssh says so behind the server's answer.
void ForwardStates::take_allocated(const std::string& port)
{
    const auto found = std::ranges::find_if(forwards_, [](const Forward& forward) {
        return has_port_of_servers_choice(forward) && forward.state == Forward::State::working &&
               forward.allocated == 0;
    });
    if (found != forwards_.end())
        found->allocated = static_cast<std::uint16_t>(parse_integer(port).value_or(0));
}

void ForwardStates::note_port(const ConfiguredForward& meant, std::uint16_t port)
{
    const auto found =
        std::ranges::find_if(forwards_, [&](const Forward& one) { return one.is_configured_as(meant); });
    if (found != forwards_.end())
        found->allocated = port;
}

/// -W: at the end of a stream it has worked.
void ForwardStates::take_stdio(std::string_view line)
{
    constexpr std::string_view begins = "debug1: channel_connect_stdio_fwd: ";
    if (line.starts_with(begins) && std::ranges::none_of(forwards_, is_stdio)) {
        const std::string target = printable(line.substr(begins.size()));
        forwards_.push_back({.kind = Forward::Kind::stdio, .place = target, .bind = "", .target = target});
        put_in_words();
    } else if (line == "stdio forwarding failed") {
        set(is_stdio, Forward::State::refused);
    } else if (line == "debug1: stdio forwarding: done") {
        set(is_stdio, Forward::State::working);
    }
}

/// channels.c. A channel that was not allowed is closed at once, and only that line says whose it was.
std::optional<SshMessage> ForwardStates::take_channel(std::string_view line, const SshMessage& message)
{
    const auto channel = between(line, "channel ", ": open failed: ");
    if (!channel)
        return take_end_of_channel(line);
    const bool is_prohibited =
        message.kind == SshMessage::Kind::target_dead && message.subject.starts_with("administratively");
    std::vector<std::string>& failed = is_prohibited ? prohibited_ : dead_;
    if (failed.size() < most_failed_channels)
        failed.emplace_back(*channel);
    return std::nullopt;
}

/// "debug1: channel 6: free: direct-tcpip: listening port 7101 for localhost port 22, connect from …"
std::optional<SshMessage> ForwardStates::take_end_of_channel(std::string_view line)
{
    const auto channel = between(line, "debug1: channel ", ": free: direct-tcpip: listening port ");
    const auto port = between(line, ": listening port ", " for ");
    if (!channel || !port)
        return std::nullopt;
    const bool was_prohibited = std::erase(prohibited_, *channel) > 0;
    if (std::erase(dead_, *channel) > 0)
        return std::nullopt;
    const auto found = std::ranges::find_if(
        forwards_, [&](const Forward& forward) { return listens_here(forward) && forward.place == *port; });
    // Of SOCKS each user names a target of his own.
    if (found == forwards_.end() || (was_prohibited && found->kind == Forward::Kind::dynamic))
        return std::nullopt;
    const bool was_refused = found->state == Forward::State::refused;
    change(*found, was_prohibited ? Forward::State::refused : Forward::State::working);
    if (!was_prohibited || was_refused)
        return std::nullopt;
    SshMessage refusal;
    refusal.kind = SshMessage::Kind::forward_refused;
    refusal.subject = autossh::in_words(*found);
    refusal.failure = {
        FailureClass::forward_refused,
        fmt::format("the server does not allow connections to {} ({})", found->target, refusal.subject)};
    return refusal;
}

/// What is refused stays refused; of several with one place (-R 0) only the first is meant.
void ForwardStates::set(const std::function<bool(const Forward&)>& is_meant, Forward::State state, bool all)
{
    for (Forward& forward : forwards_) {
        const bool changes = forward.state == Forward::State::unknown ||
                             (forward.state == Forward::State::working && state == Forward::State::refused);
        if (!changes || !is_meant(forward))
            continue;
        change(forward, state);
        if (!all)
            return;
    }
}

void ForwardStates::change(Forward& forward, Forward::State state)
{
    if (forward.state == state)
        return;
    forward.state = state;
    put_in_words();
}

}  // namespace autossh
