#include "autossh/system/local_place.hpp"

#include "autossh/base/socket_address.hpp"

#include <algorithm>
#include <cerrno>

#include <netinet/in.h>
#include <sys/stat.h>

namespace autossh {

namespace {

/// With the options of ssh (channels.c).
bool can_bind(const SocketAddress& address)
{
    const UniqueFd socket = open_socket(address.family(), SOCK_STREAM);
    if (!socket)
        return errno != EAFNOSUPPORT;  // for want of descriptors, say
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.family() == AF_INET6)
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return ::bind(socket.get(), address.get(), address.size()) == 0;
}

}  // namespace

bool may_be_free(const LocalPlace& place)
{
    if (!place.path.empty()) {
        struct stat ignored {};
        return ::lstat(place.path.c_str(), &ignored) != 0;
    }
    return place.addresses.empty() || std::ranges::any_of(place.addresses, [&](const std::string& text) {
               const auto address = SocketAddress::from_literal(text, place.port);
               return !address || can_bind(*address);
           });
}

}  // namespace autossh
