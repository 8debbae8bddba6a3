#include "autossh/base/socket_address.hpp"

#include "autossh/base/descriptors.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>

namespace autossh {

#ifndef SOCK_CLOEXEC
namespace {

void do_not_inherit_or_block(int fd)
{
    close_on_exec(fd);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace
#endif

std::optional<SocketAddress> SocketAddress::from_literal(const std::string& host, std::uint16_t port)
{
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first) != 0)
        return std::nullopt;
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(first, ::freeaddrinfo);
    SocketAddress address;
    address.size_ = found->ai_addrlen;
    std::memcpy(&address.storage_, found->ai_addr, found->ai_addrlen);
    return address;
}

std::optional<IpAddress> ip_address_of(const sockaddr* address)
{
    if (address == nullptr)
        return std::nullopt;
    if (address->sa_family == AF_INET) {
        IpAddress::V4 bytes{};
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, bytes.size());
        return IpAddress(bytes);
    }
    if (address->sa_family == AF_INET6) {
        IpAddress::V6 bytes{};
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, bytes.size());
        return IpAddress(bytes);
    }
    return std::nullopt;
}

UniqueFd open_socket(int family, int type, int protocol)
{
#ifdef SOCK_CLOEXEC
    return UniqueFd(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
#else
    UniqueFd fd(::socket(family, type, protocol));
    if (fd)
        do_not_inherit_or_block(fd.get());
    return fd;
#endif
}

std::pair<UniqueFd, UniqueFd> open_socket_pair()
{
    std::array<int, 2> ends{-1, -1};
#ifdef SOCK_CLOEXEC
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data());
#else
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0)
        for (const int fd : ends)
            do_not_inherit_or_block(fd);
#endif
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::optional<UnixAddress> UnixAddress::of_path(const std::string& path)
{
    UnixAddress address;
    if (path.size() >= sizeof address.address_.sun_path)
        return std::nullopt;
    address.address_.sun_family = AF_UNIX;
    path.copy(address.address_.sun_path, path.size());
    address.size_ = sizeof address.address_;
    return address;
}

std::optional<UnixAddress> UnixAddress::of_name(const std::string& name)
{
    const bool is_abstract = name.starts_with('@') && name.size() > 1;
    if (!is_abstract && !name.starts_with('/'))
        return std::nullopt;
    auto address = of_path(name);
    if (address && is_abstract) {  // its length counts: there is no byte that ends it
        address->address_.sun_path[0] = '\0';
        address->size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    }
    return address;
}

UniqueFd connect_to_socket(const std::string& path)
{
    const auto address = UnixAddress::of_path(path);
    if (!address) {
        errno = ENAMETOOLONG;
        return {};
    }
    UniqueFd fd = open_socket(AF_UNIX, SOCK_STREAM);
    if (fd && ::connect(fd.get(), address->get(), address->size()) == 0)
        return fd;
    const int reason = errno;
    fd.reset();
    errno = reason;
    return {};
}

bool takes_connections(const std::string& path)
{
    const bool connected = static_cast<bool>(connect_to_socket(path));
    return connected || errno == EAGAIN || errno == EINPROGRESS;
}

bool system_tells_peers()
{
#ifdef SO_PEERCRED
    return true;
#else
    return false;
#endif
}

std::optional<Peer> peer_of_socket(int socket)
{
#ifdef SO_PEERCRED
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
        return Peer{peer.pid, peer.uid};
#else
    static_cast<void>(socket);
    errno = ENOTSUP;
#endif
    return std::nullopt;
}

}  // namespace autossh
