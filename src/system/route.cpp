#include "autossh/system/route.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>

namespace autossh {

namespace {

/// The address of ours that packets to `far` would have. The errno where there is none.
struct Source {
    int error = 0;
    std::optional<IpAddress> address;
};

/// Connecting a UDP socket asks for the route, and sends nothing. `from`: an address of ours, as routes may
/// depend on it.
Source source_for(const SocketAddress& far, const std::optional<SocketAddress>& from)
{
    const UniqueFd fd = open_socket(far.family(), SOCK_DGRAM);
    if (fd && from && ::bind(fd.get(), from->get(), from->size()) < 0)
        return {errno, std::nullopt};
    sockaddr_storage near{};
    socklen_t size = sizeof near;
    auto* const address = reinterpret_cast<sockaddr*>(&near);
    if (!fd || ::connect(fd.get(), far.get(), far.size()) < 0 || ::getsockname(fd.get(), address, &size) < 0)
        return {errno, std::nullopt};
    return {0, ip_address_of(address)};
}

bool means_no_route(int error)
{
    return error == ENETUNREACH || error == EHOSTUNREACH || error == EADDRNOTAVAIL || error == ENETDOWN;
}

bool has_route_to(const SocketAddress& far, const std::optional<SocketAddress>& from)
{
    const Source source = source_for(far, from);
    if (!source.address)
        return !means_no_route(source.error);
    if (source.address->is_loopback())
        return true;
    // A route outlives the carrier of its interface.
    const auto interfaces = network_interfaces();
    return !interfaces || can_send_from(*source.address, *interfaces);
}

/// "fe80::1%usb0", and usb0 is not there.
bool scope_is_gone(const std::string& host)
{
    const std::size_t scope = host.find('%');
    return scope != std::string::npos && SocketAddress::from_literal(host.substr(0, scope), 0).has_value();
}

}  // namespace

bool has_route(const Destination& destination, const char* hosts_file)
{
    const auto from = SocketAddress::from_literal(destination.from, 0);
    const bool by_interface = !destination.from.empty() && !from;  // there may be routes for it alone
    if (destination.by_proxy || by_interface || is_found_without_network(destination.host))
        return true;
    if (const auto far = SocketAddress::from_literal(destination.host, destination.port))
        return has_route_to(*far, from);
    if (scope_is_gone(destination.host))
        return false;

    bool listed = false;
    for (const std::string& text :
         addresses_in_hosts(text_of_file(hosts_file).value_or(""), destination.host)) {
        const auto far = SocketAddress::from_literal(text, destination.port);
        if (far && has_route_to(*far, from))
            return true;
        listed = listed || far.has_value();
    }
    if (listed)
        return false;
    const auto state = network_state();
    return !state || state->some_interface_is_running();
}

bool is_found_without_network(std::string_view name)
{
    const std::string lower = lower_case(name);
    return lower == "localhost" || lower == "ip6-localhost" || lower.ends_with(".localhost") ||
           lower.ends_with(".local");
}

std::vector<std::string> addresses_in_hosts(const std::string& hosts, std::string_view name)
{
    const std::string wanted = lower_case(name);
    std::vector<std::string> found;
    for (const std::string& line : lines_of(hosts)) {
        const auto words = words_of(line.substr(0, line.find('#')));
        const bool names_it = std::ranges::any_of(words, [&](const std::string& word) {
            return &word != &words.front() && lower_case(word) == wanted;
        });
        if (names_it)
            found.push_back(words.front());
    }
    return found;
}

bool can_send_from(const IpAddress& address, const std::vector<NetworkInterface>& interfaces)
{
    bool seen = false;
    for (const NetworkInterface& interface : interfaces) {
        const bool has_it = interface.addresses.contains(address);
        // Packets with this address may leave through another interface.
        const bool may_carry_it = interface.running && !interface.loopback && !interface.addresses.empty();
        if (may_carry_it || (has_it && interface.loopback))
            return true;
        seen = seen || has_it;
    }
    return !seen;
}

}  // namespace autossh
