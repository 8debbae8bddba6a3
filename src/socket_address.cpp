#include "autossh/socket_address.hpp"

#include "autossh/descriptors.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace autossh {

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
    if (fd) {
        close_on_exec(fd.get());
        ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
    }
    return fd;
#endif
}

UniqueFd connect_to_socket(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return {};
    }
    path.copy(address.sun_path, path.size());
    UniqueFd fd = open_socket(AF_UNIX, SOCK_STREAM);
    if (fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return fd;
    const int reason = errno;
    fd.reset();
    errno = reason;
    return {};
}

}  // namespace autossh
