#include "autossh/system/socket_users.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/system/process_sockets.hpp"

#include <algorithm>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace autossh {

namespace {

bool is_of_path(std::string_view name, const std::string& path)
{
    return name == path || (name.starts_with(path) && name.substr(path.size()).starts_with('.'));
}

bool is_taken_at(int socket, const std::string& path)
{
    sockaddr_un address{};
    socklen_t size = sizeof address;
    int listens = 0;
    socklen_t size_of_listens = sizeof listens;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) < 0 ||
        address.sun_family != AF_UNIX ||
        ::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size_of_listens) < 0 || listens != 0)
        return false;
    return is_of_path({address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path)}, path);
}

/// Its listener has not closed it yet.
bool is_over(int socket)
{
#ifdef POLLRDHUP
    constexpr short hung_up = POLLRDHUP;
#else
    constexpr short hung_up = POLLHUP;
#endif
    pollfd state{.fd = socket, .events = hung_up, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (hung_up | POLLHUP)) != 0;
}

}  // namespace

std::size_t connections_at(const std::vector<UnixSocket>& sockets, const std::string& path)
{
    return static_cast<std::size_t>(std::ranges::count_if(sockets, [&path](const UnixSocket& socket) {
        return socket.is_connected && is_of_path(socket.name, path);
    }));
}

std::optional<std::size_t> count_of_socket_users(pid_t listener, const std::string& path)
{
    std::size_t count = 0;
    const bool seen = visit_sockets(listener, [&](unsigned long /*inode*/, int socket) {
        if (!is_taken_at(socket, path) || is_over(socket))
            return true;
        const auto peer = peer_of_socket(socket);
        count += !peer || peer->pid != ::getpid() ? 1 : 0;
        return true;
    });
    if (seen)
        return count;
    const auto sockets = unix_sockets();
    return sockets ? std::optional(connections_at(*sockets, path)) : std::nullopt;
}

}  // namespace autossh
