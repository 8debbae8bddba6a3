#include "autossh/ssh/listening_places.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

bool is_refused(std::span<const SshMessage> refused, const Forward& forward)
{
    return std::ranges::any_of(refused, [&](const SshMessage& message) {
        const bool on_server =
            message.kind == SshMessage::Kind::forward_refused && message.subject == forward.place;
        return drops_all_forwards(message) || is_refused_here(forward, message) ||
               (!listens_here(forward) && on_server);
    });
}

std::string claim_on_server(const ListeningPlaces& places, const std::string& place)
{
    return fmt::format("R {} {}", places.server, place);
}

std::string claim_here(const Forward& forward)
{
    if (forward.place.starts_with('/'))
        return fmt::format("L {}", forward.place);
    return fmt::format("L {} {}", forward.bind.empty() ? "localhost" : forward.bind, forward.place);
}

/// Of claim_here(), a port's.
std::optional<Forward> local_listener(std::string_view claim)
{
    if (!claim.starts_with("L "))
        return std::nullopt;
    claim.remove_prefix(2);
    const std::size_t blank = claim.find(' ');
    if (claim.starts_with('/') || blank == std::string_view::npos)
        return std::nullopt;
    return Forward{.place = std::string(claim.substr(blank + 1)),
                   .bind = std::string(claim.substr(0, blank)),
                   .target = ""};
}

}  // namespace

std::vector<std::string> ListeningPlaces::paths_here() const
{
    std::vector<std::string> paths;
    for (const Forward& forward : forwards)
        if (listens_here(forward))
            paths.push_back(forward.place);
    paths.push_back(control_socket);
    std::erase_if(paths, [](const std::string& place) { return !place.starts_with('/'); });
    return paths;
}

ListeningPlaces listening_places(const SshConfig& config)
{
    return listening_places(config, forwards_of(config, std::nullopt));
}

ListeningPlaces listening_places(const SshConfig& config, std::vector<Forward> forwards)
{
    ListeningPlaces places;
    places.server = fmt::format("{}:{}", lower_case(config.value("hostname")), config.value("port"));
    for (const char* const way : {"proxyjump", "proxycommand"})
        if (is_set(config.value(way)))
            places.server += fmt::format(" by {}", one_line(config.value(way)));
    places.control_socket = config.value("controlpath");
    places.forwards = std::move(forwards);
    std::erase_if(places.forwards, [](const Forward& forward) {
        return forward.kind == Forward::Kind::device || forward.place == "0";
    });
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
    std::vector<std::string> found;
    for (const Forward& forward : places.forwards)
        if (!listens_here(forward) && !is_refused(refused, forward))
            found.push_back(forward.place);
    return found;
}

std::vector<Forward> refused_here(const ListeningPlaces& places, std::span<const SshMessage> refused)
{
    std::vector<Forward> found = places.forwards;
    std::erase_if(found, [&](const Forward& forward) {
        return !listens_here(forward) || !is_refused(refused, forward);
    });
    return found;
}

std::vector<std::string> claims_of_refused(const ListeningPlaces& places, std::span<const SshMessage> refused)
{
    std::vector<std::string> claims;
    for (const std::string& place : refused_on_server(refused))
        claims.push_back(claim_on_server(places, place));
    for (const Forward& forward : refused_here(places, refused))
        claims.push_back(claim_here(forward));
    return claims;
}

std::vector<std::string> claims_of_granted(const ListeningPlaces& places, std::span<const SshMessage> refused)
{
    std::vector<std::string> claims;
    for (const std::string& place : granted_on_server(places, refused))
        claims.push_back(claim_on_server(places, place));
    for (const Forward& forward : places.forwards)
        if (listens_here(forward) && !is_refused(refused, forward))
            claims.push_back(claim_here(forward));
    return claims;
}

bool overlap(std::string_view claim, std::string_view other)
{
    if (claim == other)
        return true;
    const auto one = local_listener(claim);
    const auto another = local_listener(other);
    if (!one || !another || one->place != another->place)
        return false;
    const std::vector<std::string> addresses = addresses_of(*one);
    return one->bind == "*" || another->bind == "*" ||
           std::ranges::find_first_of(addresses, addresses_of(*another)) != addresses.end();
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
