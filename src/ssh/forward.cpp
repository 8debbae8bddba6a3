#include "autossh/ssh/forward.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <span>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t most_failed_channels = 64;
constexpr std::size_t most_told = 8;  // a line has room for

/// "8080 [host]:80", "[127.0.0.1]:8080 …", "/path …": the port or path.
std::string place_of(std::string_view forward)
{
    std::string place(forward.substr(0, forward.find(' ')));
    if (!place.starts_with('/'))
        place.erase(0, place.rfind(':') + 1);  // npos + 1 is 0
    return place;
}

/// "[host]:80" without the brackets, which ssh's log does not have; of a remote SOCKS forward there is none.
std::string target_of(std::string_view forward)
{
    const std::size_t blank = forward.find(' ');
    std::string target(blank == std::string_view::npos ? "" : forward.substr(blank + 1));
    std::erase_if(target, [](char c) { return c == '[' || c == ']'; });
    return target.starts_with("socks") ? "" : target;
}

void add(std::vector<Forward>& found, Forward::Kind kind, const std::vector<std::string>& forwards)
{
    for (const std::string& forward : forwards)
        found.push_back({.kind = kind, .place = place_of(forward), .target = target_of(forward)});
}

bool is_of_tests(const Forward& forward, const MonitorPorts& monitor)
{
    const bool here = forward.kind == Forward::Kind::local;
    const bool on_server = forward.kind == Forward::Kind::remote && !monitor.echo_port;
    return (here || on_server) && forward.place == std::to_string(monitor.port);
}

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

bool listens_here(const Forward& forward)
{
    return forward.kind == Forward::Kind::local || forward.kind == Forward::Kind::dynamic;
}

bool listens_on_server(const Forward& forward)
{
    return forward.kind == Forward::Kind::remote;
}

bool is_device(const Forward& forward)
{
    return forward.kind == Forward::Kind::device;
}

}  // namespace

std::string_view name(Forward::State state)
{
    switch (state) {
    case Forward::State::unknown: return "unknown";
    case Forward::State::working: return "working";
    case Forward::State::refused: return "refused";
    }
    return "unknown";
}

std::string in_words(const Forward& forward)
{
    switch (forward.kind) {
    case Forward::Kind::local: return "-L " + forward.place;
    case Forward::Kind::remote: return "-R " + forward.place;
    case Forward::Kind::dynamic: return "-D " + forward.place;
    case Forward::Kind::device: return "-w " + forward.place;
    }
    return "";
}

std::vector<Forward> forwards_of(const SshConfig& config, const std::optional<MonitorPorts>& monitor)
{
    std::vector<Forward> found;
    add(found, Forward::Kind::local, config.values("localforward"));
    add(found, Forward::Kind::remote, config.values("remoteforward"));
    add(found, Forward::Kind::dynamic, config.values("dynamicforward"));
    if (monitor)
        std::erase_if(found, [&](const Forward& forward) { return is_of_tests(forward, *monitor); });
    if (has_tunnel_device(config))
        found.push_back({.kind = Forward::Kind::device, .place = config.value("tunneldevice"), .target = ""});
    return found;
}

bool has_tunnel_device(const SshConfig& config)
{
    const std::string device = config.value("tunnel");
    return !device.empty() && device != "false" && device != "no";
}

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
            set([](const Forward&) { return true; }, "", Forward::State::refused);
        else
            set(of_device ? is_device : listens_on_server, of_device ? "" : message.subject,
                Forward::State::refused);
        return std::nullopt;
    case SshMessage::Kind::local_port_in_use:
        set(of_device ? is_device : listens_here, of_device ? "" : message.subject, Forward::State::refused);
        return std::nullopt;
    default: break;
    }
    take_reply(line);
    auto refusal = take_channel(line, message);
    if (refusal)
        refusal->failure.remedy = remedy;
    return refusal;
}

void ForwardStates::server_forwards()
{
    set(listens_here, "", Forward::State::working);
}

/// clientloop.c and ssh.c, at DEBUG1. "tunnel forward established" is said of a refused one as well, after
/// "Tunnel forwarding failed".
void ForwardStates::take_reply(std::string_view line)
{
    if (const auto place = between(line, "debug1: remote forward success for: listen ", ", connect "))
        set(listens_on_server, replied_place(*place), Forward::State::working);
    else if (line.starts_with("debug1: ssh_tun_confirm: tunnel forward established"))
        set(is_device, "", Forward::State::working);
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
void ForwardStates::set(bool (*is_meant)(const Forward&), std::string_view place, Forward::State state)
{
    for (Forward& forward : forwards_) {
        const bool same = is_meant(forward) && (place.empty() || forward.place == place);
        const bool changes = forward.state == Forward::State::unknown ||
                             (forward.state == Forward::State::working && state == Forward::State::refused);
        if (!same || !changes)
            continue;
        change(forward, state);
        if (!place.empty())
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
