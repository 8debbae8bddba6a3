#include "autossh/ssh/listening_places.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

/// "7004 [localhost]:22", "[127.0.0.1]:7004 …", "/path …"
void add_places(std::vector<std::string>& places, const std::vector<std::string>& forwards)
{
    for (const std::string& forward : forwards) {
        std::string place = forward.substr(0, forward.find(' '));
        if (!place.starts_with('/'))
            place.erase(0, place.rfind(':') + 1);  // npos + 1 is 0
        if (!place.empty() && place != "0")
            places.push_back(std::move(place));
    }
}

bool is_refused(std::span<const SshMessage> refused, SshMessage::Kind kind, const std::string& place)
{
    return std::ranges::any_of(refused, [&](const SshMessage& message) {
        return drops_all_forwards(message) || (message.kind == kind && message.subject == place);
    });
}

std::string claim_on_server(const ListeningPlaces& places, const std::string& place)
{
    return fmt::format("R {} {}", places.server, place);
}

std::string claim_here(const std::string& place)
{
    return fmt::format("L {}", place);
}

}  // namespace

std::vector<std::string> ListeningPlaces::paths_here() const
{
    std::vector<std::string> paths = here;
    paths.push_back(control_socket);
    std::erase_if(paths, [](const std::string& place) { return !place.starts_with('/'); });
    return paths;
}

ListeningPlaces listening_places(const SshConfig& config)
{
    ListeningPlaces places;
    places.server = fmt::format("{}:{}", lower_case(config.value("hostname")), config.value("port"));
    for (const char* const way : {"proxyjump", "proxycommand"})
        if (is_set(config.value(way)))
            places.server += fmt::format(" by {}", one_line(config.value(way)));
    places.control_socket = config.value("controlpath");
    add_places(places.on_server, config.values("remoteforward"));
    add_places(places.here, config.values("localforward"));
    add_places(places.here, config.values("dynamicforward"));
    return places;
}

std::vector<std::string> refused_on_server(std::span<const SshMessage> refused)
{
    std::vector<std::string> found;
    for (const SshMessage& message : refused)
        if (message.kind == SshMessage::Kind::forward_refused && !message.subject.empty())
            found.push_back(message.subject);
    return found;
}

std::vector<std::string> granted_on_server(const ListeningPlaces& places, std::span<const SshMessage> refused)
{
    std::vector<std::string> found = places.on_server;
    std::erase_if(found, [&](const std::string& place) {
        return is_refused(refused, SshMessage::Kind::forward_refused, place);
    });
    return found;
}

std::vector<std::string> claims_of_refused(const ListeningPlaces& places, std::span<const SshMessage> refused)
{
    std::vector<std::string> claims;
    for (const std::string& place : refused_on_server(refused))
        claims.push_back(claim_on_server(places, place));
    for (const SshMessage& message : refused)
        if (message.kind == SshMessage::Kind::local_port_in_use && !message.subject.empty())
            claims.push_back(claim_here(message.subject));
    return claims;
}

std::vector<std::string> claims_of_granted(const ListeningPlaces& places, std::span<const SshMessage> refused)
{
    std::vector<std::string> claims;
    for (const std::string& place : granted_on_server(places, refused))
        claims.push_back(claim_on_server(places, place));
    for (const std::string& place : places.here)
        if (!is_refused(refused, SshMessage::Kind::local_port_in_use, place))
            claims.push_back(claim_here(place));
    return claims;
}

std::string claim_in_words(const std::string& claim)
{
    const std::string place = claim.substr(claim.rfind(' ') + 1);
    const char* const kind = place.starts_with('/') ? "path" : "port";
    if (claim.starts_with("L "))
        return fmt::format("the local {} {}", kind, place);
    std::string server = claim.substr(2, claim.find(' ', 2) - 2);
    server.erase(
        std::min(server.rfind(':'), server.size()));  // the port; an address of IPv6 has others before
    return fmt::format("{} {} on {}", kind, place, server);
}

}  // namespace autossh
