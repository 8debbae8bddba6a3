#include "autossh/system/process_sockets.hpp"

#include <sys/syscall.h>

#if defined(SYS_pidfd_open) && defined(SYS_pidfd_getfd)

#include "autossh/base/unique_fd.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace autossh {

namespace {

template <typename Value>
std::optional<Value> option_of(int socket, int level, int name)
{
    Value value{};
    socklen_t size = sizeof value;
    return ::getsockopt(socket, level, name, &value, &size) == 0 ? std::optional(value) : std::nullopt;
}

/// As in /proc/net/tcp: the address in words as the machine has them.
std::string in_form_of_table(const sockaddr_storage& address)
{
    if (address.ss_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return fmt::format("{:08X}:{:04X}", four.sin_addr.s_addr, ntohs(four.sin_port));
    }
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    std::uint32_t words[4];
    std::memcpy(words, &six.sin6_addr, sizeof words);
    return fmt::format("{:08X}{:08X}{:08X}{:08X}:{:04X}", words[0], words[1], words[2], words[3],
                       ntohs(six.sin6_port));
}

}  // namespace

std::optional<TcpSocket> tcp_socket_of(int socket)
{
    const auto domain = option_of<int>(socket, SOL_SOCKET, SO_DOMAIN);
    const auto protocol = option_of<int>(socket, SOL_SOCKET, SO_PROTOCOL);
    const bool is_ip = domain == AF_INET || domain == AF_INET6;
    // The first byte of a tcp_info, of which C library and kernel have different ones.
    const auto state = is_ip && protocol == IPPROTO_TCP
                           ? option_of<std::uint8_t>(socket, IPPROTO_TCP, TCP_INFO)
                           : std::nullopt;
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    if (!state || ::getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size) < 0)
        return std::nullopt;
    TcpSocket described{.local = in_form_of_table(local), .remote = {}, .state = *state};
    sockaddr_storage remote{};
    size = sizeof remote;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&remote), &size) == 0)
        described.remote = in_form_of_table(remote);
    return described;
}

bool visit_sockets(pid_t process, const std::function<bool(unsigned long inode, int socket)>& take)
{
    const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!handle)
        return false;
    for (const auto& [descriptor, inode] : open_sockets(process)) {
        // Close-on-exec, as the system makes it.
        const UniqueFd ours(static_cast<int>(::syscall(SYS_pidfd_getfd, handle.get(), descriptor, 0)));
        if (!ours && errno != EBADF)
            return false;
        if (ours && !take(inode, ours.get()))
            break;
    }
    return true;
}

}  // namespace autossh

#else

namespace autossh {

bool visit_sockets(pid_t /*process*/, const std::function<bool(unsigned long inode, int socket)>& /*take*/)
{
    return false;
}

std::optional<TcpSocket> tcp_socket_of(int /*socket*/)
{
    return std::nullopt;
}

}  // namespace autossh

#endif

namespace autossh {

std::optional<std::vector<TcpSocket>> tcp_sockets_of(pid_t process)
{
    std::vector<TcpSocket> sockets;
    const bool seen = visit_sockets(process, [&](unsigned long /*inode*/, int socket) {
        if (auto described = tcp_socket_of(socket))
            sockets.push_back(std::move(*described));
        return true;
    });
    return seen ? std::optional(std::move(sockets)) : std::nullopt;
}

}  // namespace autossh
