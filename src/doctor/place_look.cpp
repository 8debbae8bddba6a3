#include "autossh/base/paths.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/doctor/looks.hpp"
#include "autossh/ssh/forward.hpp"
#include "autossh/system/port_holder.hpp"
#include "autossh/tunnel/held_places.hpp"

#include <cerrno>

#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Of a bind(2), with the options of ssh (channels.c); 0: it is free.
int error_of_bind(const SocketAddress& address)
{
    const UniqueFd socket = open_socket(address.family(), SOCK_STREAM);
    if (!socket)
        return errno;
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.family() == AF_INET6)
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return ::bind(socket.get(), address.get(), address.size()) == 0 ? 0 : errno;
}

std::optional<IpAddress> ip_of(const SocketAddress& address)
{
    return ip_address_of(address.get());
}

/// One address is enough for ssh; but where another has its port, users would reach a stranger.
void look_at_port(PlaceLook& look, const std::vector<std::string>& addresses, pid_t own)
{
    bool any_free = false;
    int first_error = 0;
    for (const std::string& text : addresses) {
        const auto address = SocketAddress::from_literal(text, look.port);
        const int error = address ? error_of_bind(*address) : 0;
        any_free = any_free || error == 0;
        if (error == EADDRINUSE || error == EACCES) {
            look.error = error;
            look.address = text;
            if (error == EADDRINUSE)
                look.holder = port_holder(ip_of(*address), look.port, own);
            look.is_ours = error == EADDRINUSE && look.holder.empty() && own > 0;
            if (!look.is_ours)
                return;
        }
        if (error != 0 && first_error == 0) {
            first_error = error;
            look.address = text;
        }
    }
    if (look.error == 0 && !any_free)
        look.error = first_error;
}

void look_at_path(PlaceLook& look, bool is_up)
{
    struct stat status {};
    const bool exists = ::lstat(look.path.c_str(), &status) == 0;
    const std::string directory(directory_part(look.path));
    look.no_directory = ::access(directory.empty() ? "." : directory.c_str(), W_OK | X_OK) != 0;
    look.error = exists ? EADDRINUSE : 0;
    look.is_ours = exists && is_up;
    look.is_listened_to = exists && !look.is_ours && takes_connections(look.path);
}

bool is_refused_by(const std::optional<TunnelFacts>& live, const Forward& forward)
{
    if (!live)
        return false;
    for (const ForwardFacts& its : live->forwards)
        if (its.state == "refused" && its.kind != "R" && its.listen.ends_with(forward.place))
            return true;
    return false;
}

}  // namespace

std::vector<PlaceLook> look_at_places(const Patient& patient, const SshConfig& config)
{
    std::vector<PlaceLook> looks;
    const TunnelSettings& tunnel = patient.settings->tunnel;
    const pid_t ssh = patient.live ? patient.live->pid : 0;
    std::vector<Forward> forwards = forwards_of(config, std::nullopt);
    name_forwards(forwards, tunnel.forwards);
    for (const Forward& forward : forwards) {
        if (!listens_here(forward))
            continue;
        const LocalPlace place = local_place(forward);
        PlaceLook look;
        look.forward = in_words(forward);
        look.path = place.path;
        look.port = place.port;
        look.unlinks = config.value("streamlocalbindunlink") == "yes";
        look.is_needed = forward.need != ForwardNeed::optional;
        if (place.path.empty())
            look_at_port(look, place.addresses, ssh);
        else
            look_at_path(look, patient.is_up() && !is_refused_by(patient.live, forward));
        looks.push_back(std::move(look));
    }
    if (tunnel.monitor && !tunnel.monitor->echo_port) {
        PlaceLook look;
        look.forward = fmt::format("-M {} (its second port)", tunnel.monitor->port);
        look.port = static_cast<std::uint16_t>(tunnel.monitor->port + 1);
        look_at_port(look, {"127.0.0.1"}, patient.keeper);
        looks.push_back(std::move(look));
    }
    return looks;
}

}  // namespace autossh
