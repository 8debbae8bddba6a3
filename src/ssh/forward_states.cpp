#include "autossh/ssh/forward_states.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t most_failed_channels = 64;
constexpr std::size_t most_told = 8;  // a line has room for

/// What stands between the two; nothing where they are not both there.
std::optional<std::string_view> between(std::string_view line, std::string_view before,
                                        std::string_view after)
{
    const std::size_t begin = line.find(before);
    if (begin == std::string_view::npos)
        return std::nullopt;
    line.remove_prefix(begin + before.size());
    const std::size_t end = line.find(after);
    return end == std::string_view::npos ? std::nullopt : std::optional(line.substr(0, end));
}

/// "8080", "127.0.0.1:8080", "/path:-2": the port or path.
std::string_view replied_place(std::string_view listen)
{
    const std::size_t colon = listen.rfind(':');
    return listen.starts_with('/') ? listen.substr(0, colon) : listen.substr(colon + 1);  // npos + 1 is 0
}

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
        else
            set([&](const Forward& one) { return listens_on_server(one) && one.place == message.subject; },
                Forward::State::refused);
        return std::nullopt;
    case SshMessage::Kind::local_port_in_use:
        if (of_device)
            set(is_device, Forward::State::refused);
        else
            set([&](const Forward& one) { return is_refused_here(one, message); }, Forward::State::refused);
        return std::nullopt;
    default: break;
    }
    take_reply(line);
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

void ForwardStates::granted(const SshMessage& refusal)
{
    const bool remote = refusal.kind == SshMessage::Kind::forward_refused;
    for (Forward& forward : forwards_) {
        const bool meant = remote ? listens_on_server(forward) && forward.place == refusal.subject
                                  : is_refused_here(forward, refusal);
        if (meant && forward.state == Forward::State::refused)
            change(forward, remote ? Forward::State::working : Forward::State::unknown);
    }
}

/// clientloop.c and ssh.c, at DEBUG1. "tunnel forward established" is said of a refused one as well, after
/// "Tunnel forwarding failed".
void ForwardStates::take_reply(std::string_view line)
{
    if (const auto place = between(line, "debug1: remote forward success for: listen ", ", connect "))
        set([&](const Forward& one) { return listens_on_server(one) && one.place == replied_place(*place); },
            Forward::State::working);
    else if (line.starts_with("debug1: ssh_tun_confirm: tunnel forward established"))
        set(is_device, Forward::State::working);
    else
        take_stdio(line);
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

void ForwardStates::put_in_words()
{
    words_.clear();
    for (const Forward& forward : std::span(forwards_).first(std::min(forwards_.size(), most_told)))
        words_ += fmt::format("{}{} {}", words_.empty() ? "" : ", ", autossh::in_words(forward),
                              name(forward.state));
    if (forwards_.size() > most_told)
        words_ += fmt::format(" and {} more", forwards_.size() - most_told);
}

}  // namespace autossh
