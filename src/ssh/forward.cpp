#include "autossh/ssh/forward.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

/// "8080 [host]:80", "[127.0.0.1]:8080 …", "/path …": the port or path, and the address.
std::pair<std::string, std::string> listening_part(std::string_view forward)
{
    const std::string_view place = forward.substr(0, forward.find(' '));
    const std::size_t colon = place.rfind("]:");
    if (!place.starts_with('[') || colon == std::string_view::npos)
        return {std::string(place), ""};
    return {std::string(place.substr(colon + 2)), std::string(place.substr(1, colon - 1))};
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
    for (const std::string& forward : forwards) {
        auto [place, bind] = listening_part(forward);
        found.push_back(
            {.kind = kind, .place = std::move(place), .bind = std::move(bind), .target = target_of(forward)});
    }
}

bool is_of_tests(const Forward& forward, const MonitorPorts& monitor)
{
    const bool here = forward.kind == Forward::Kind::local;
    const bool on_server = forward.kind == Forward::Kind::remote && !monitor.echo_port;
    return (here || on_server) && forward.place == std::to_string(monitor.port);
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
    case Forward::Kind::stdio: return "-W " + forward.place;
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
    if (config.value("gatewayports") == "yes")
        for (Forward& forward : found)
            if (listens_here(forward) && forward.bind.empty())
                forward.bind = "*";
    if (has_tunnel_device(config))
        found.push_back(
            {.kind = Forward::Kind::device, .place = config.value("tunneldevice"), .bind = "", .target = ""});
    return found;
}

bool has_tunnel_device(const SshConfig& config)
{
    const std::string device = config.value("tunnel");
    return !device.empty() && device != "false" && device != "no";
}

bool listens_here(const Forward& forward)
{
    return forward.kind == Forward::Kind::local || forward.kind == Forward::Kind::dynamic;
}

std::vector<std::string> addresses_of(const Forward& forward)
{
    if (forward.bind.empty() || forward.bind == "localhost")
        return {"127.0.0.1", "::1"};
    if (forward.bind == "*")
        return {"0.0.0.0", "::"};
    return SocketAddress::from_literal(forward.bind, 0) ? std::vector{forward.bind}
                                                        : std::vector<std::string>();
}

bool is_refused_here(const Forward& forward, const SshMessage& refusal)
{
    if (!listens_here(forward) || refusal.kind != SshMessage::Kind::local_port_in_use ||
        refusal.subject != forward.place)
        return false;
    const std::vector<std::string> addresses = addresses_of(forward);
    return refusal.address.empty() || addresses.empty() ||
           std::ranges::find(addresses, refusal.address) != addresses.end();
}

}  // namespace autossh
