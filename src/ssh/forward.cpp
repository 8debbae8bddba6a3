#include "autossh/ssh/forward.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/settings/fleet_difference.hpp"
#include "autossh/settings/fleet_forward.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

Forward::Kind kind_of(const ConfiguredForward& configured)
{
    switch (configured.kind) {
    case ConfiguredForward::Kind::local: break;
    case ConfiguredForward::Kind::remote: return Forward::Kind::remote;
    case ConfiguredForward::Kind::dynamic: return Forward::Kind::dynamic;
    }
    return Forward::Kind::local;
}

/// As ssh's log has it: no brackets, and no target of SOCKS.
Forward forward_from(const ConfiguredForward& configured)
{
    const ForwardPlace& listen = configured.listen;
    const ForwardPlace& target = configured.target;
    const bool socks = target.path.empty() && target.port == 0;
    Forward forward;
    forward.kind = kind_of(configured);
    forward.place = listen.path.empty() ? std::to_string(listen.port) : listen.path;
    if (listen.host)
        forward.bind = listen.host->empty() ? "*" : *listen.host;
    if (!socks)
        forward.target =
            target.path.empty() ? fmt::format("{}:{}", target.host.value_or(""), target.port) : target.path;
    forward.configured = std::make_shared<const ConfiguredForward>(configured);
    return forward;
}

ConfiguredForward::Kind kind_of(ForwardOption option)
{
    switch (option) {
    case ForwardOption::local: break;
    case ForwardOption::remote: return ConfiguredForward::Kind::remote;
    case ForwardOption::dynamic: return ConfiguredForward::Kind::dynamic;
    }
    return ConfiguredForward::Kind::local;
}

/// ssh puts in what its tokens and variables stand for.
bool is_for_ssh_to_resolve(const ForwardPlace& target)
{
    const std::string& text = target.path.empty() ? target.host.value_or("") : target.path;
    return text.find('%') != text.npos || text.find("${") != text.npos;
}

bool are_one(const ConfiguredForward& forward, const ConfiguredForward& named)
{
    return forward.kind == named.kind && forward.listen == named.listen &&
           (is_for_ssh_to_resolve(named.target) || forward.target == named.target);
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

std::string_view name(ForwardNeed need)
{
    switch (need) {
    case ForwardNeed::optional: return "optional";
    case ForwardNeed::wanted: return "wanted";
    case ForwardNeed::required: return "required";
    }
    return "";
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

std::string told(const Forward& forward)
{
    const bool counts = forward.state == Forward::State::refused && forward.need != ForwardNeed::wanted;
    return fmt::format("{}{}{} {}{}", forward.name, forward.name.empty() ? "" : " ", in_words(forward),
                       name(forward.state), counts ? fmt::format(" ({})", name(forward.need)) : "");
}

std::vector<Forward> forwards_of(const SshConfig& config, const std::optional<MonitorPorts>& monitor)
{
    std::vector<Forward> found;
    for (const ConfiguredForward& configured : configured_forwards(config, monitor))
        found.push_back(forward_from(configured));
    if (config.value("gatewayports") == "yes")
        for (Forward& forward : found)
            if (listens_here(forward) && forward.bind.empty())
                forward.bind = "*";
    if (has_tunnel_device(config))
        found.push_back(
            {.kind = Forward::Kind::device, .place = config.value("tunneldevice"), .bind = "", .target = ""});
    return found;
}

std::vector<Forward> forwards_of_words(const TunnelSettings& settings)
{
    std::vector<Forward> found;
    const std::vector<std::string> words = forwards_among(settings.ssh.arguments);
    for (const ForwardOption option : {ForwardOption::local, ForwardOption::remote, ForwardOption::dynamic})
        for (const std::string_view word : words) {
            if (word[0] != letter_of(option)[1])
                continue;
            const auto listed = as_ssh_lists(option, word.substr(2));
            const auto configured = listed ? configured_forward(kind_of(option), *listed) : std::nullopt;
            if (configured)
                found.push_back(forward_from(*configured));
        }
    name_forwards(found, settings.forwards);
    return found;
}

void name_forwards(std::vector<Forward>& forwards, const std::vector<NamedForward>& named)
{
    for (const NamedForward& one : named) {
        const auto meant = configured_forward(kind_of(one.option), one.words);
        const auto found = std::ranges::find_if(forwards, [&](const Forward& forward) {
            return meant && forward.configured && are_one(*forward.configured, *meant);
        });
        if (found == forwards.end())
            continue;
        found->name = one.name;
        found->need = one.need;
    }
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

bool has_port_of_servers_choice(const Forward& forward)
{
    return forward.kind == Forward::Kind::remote && forward.configured &&
           forward.configured->listen.path.empty() && forward.configured->listen.port == 0;
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

bool is_about(const SshMessage& refusal, const Forward& forward)
{
    if (refusal.kind == SshMessage::Kind::forward_refused)
        return forward.kind == Forward::Kind::remote && forward.place == refusal.subject;
    return is_refused_here(forward, refusal);
}

ForwardNeed need_of(const SshMessage& refusal, const std::vector<Forward>& forwards)
{
    std::optional<ForwardNeed> strongest;
    for (const Forward& forward : forwards)
        if (forward.state != Forward::State::working &&
            (drops_all_forwards(refusal) || is_about(refusal, forward) ||
             refusal.subject == in_words(forward)))
            strongest = std::max(strongest.value_or(forward.need), forward.need);
    return strongest.value_or(ForwardNeed::wanted);
}

}  // namespace autossh
