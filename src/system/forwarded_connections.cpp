#include "autossh/system/forwarded_connections.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/system/process_sockets.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>
#include <string_view>

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace autossh {

namespace {

bool is_of_test(const TcpSocket& socket, std::uint16_t port)
{
    return socket.local.ends_with(fmt::format(":{:04X}", port)) ||
           socket.remote.ends_with(fmt::format(":{:04X}", port + 1));
}

bool is_of_forward(const TcpSocket& socket, const SocketsOfItsOwn& own)
{
    // One that is closed at both ends is open in ssh as long as something of it is on its way.
    if (socket.state == TcpSocket::listen)
        return false;
    const bool is_own = own.to_server && own.to_server->has(socket);
    return !is_own && !(own.test_port && is_of_test(socket, *own.test_port));
}

int option_of_socket(int socket, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/// As getsockname(2) or getpeername(2) gives it; an abstract one begins with a zero. Empty: it has none.
template <typename Ask>
std::string name_of_socket(Ask ask, int socket)
{
    sockaddr_un address{};
    socklen_t size = sizeof address;
    if (ask(socket, reinterpret_cast<sockaddr*>(&address), &size) < 0 ||
        size <= offsetof(sockaddr_un, sun_path))
        return {};
    const std::size_t length = std::min(size - offsetof(sockaddr_un, sun_path), sizeof address.sun_path);
    std::string name(address.sun_path, length);
    if (name.front() != '\0')
        name.resize(name.find_last_not_of('\0') + 1);
    return name;
}

/// What ssh itself has (pipes, as a rule) has no name: a forward's has that of the path where somebody came
/// in, or of the target.
bool is_named_stream(int socket, const std::string& own_directory)
{
    if (option_of_socket(socket, SO_DOMAIN) != AF_UNIX || option_of_socket(socket, SO_TYPE) != SOCK_STREAM ||
        option_of_socket(socket, SO_ACCEPTCONN) != 0)
        return false;
    // In our directory there are the tests, at the other end of which we are, and those who share ssh.
    const auto is_strange = [&](const std::string& name) {
        const bool is_there = !own_directory.empty() && name.starts_with(own_directory + "/");
        const auto peer = is_there ? peer_of_socket(socket) : std::nullopt;
        return !name.empty() && (!is_there || (peer && peer->pid != ::getpid()));
    };
    return is_strange(name_of_socket(::getsockname, socket)) ||
           is_strange(name_of_socket(::getpeername, socket));
}

bool is_standard_stream(const std::map<int, unsigned long>& sockets, unsigned long inode)
{
    return std::ranges::any_of(sockets, [inode](const auto& socket) {
        return socket.first <= STDERR_FILENO && socket.second == inode;
    });
}

/// A line of /proc/net/unix (proc(5)), of a stream that is connected.
bool is_strange_stream(const std::string& line, const std::map<int, unsigned long>& sockets,
                       const std::string& own_directory)
{
    unsigned flags = 0;
    unsigned type = 0;
    unsigned long inode = 0;
    int path = 0;
    if (std::sscanf(line.c_str(), "%*s %*s %*s %x %x %*s %lu %n", &flags, &type, &inode, &path) != 3)
        return false;
    constexpr unsigned listens = 0x10000;
    const bool is_its =
        std::ranges::any_of(sockets, [inode](const auto& its) { return its.second == inode; });
    const std::string_view name = std::string_view(line).substr(static_cast<std::size_t>(path));
    return is_its && type == SOCK_STREAM && (flags & listens) == 0 && !is_standard_stream(sockets, inode) &&
           (own_directory.empty() || !name.starts_with(own_directory + "/"));
}

/// Where the sockets themselves cannot be asked. The tests of -M auto look like somebody's connection to a
/// Unix socket here, for the moment that they take.
std::optional<bool> carries_by_tables(pid_t ssh, const std::map<int, unsigned long>& sockets,
                                      const SocketsOfItsOwn& own)
{
    const auto unix_sockets = text_of_file("/proc/net/unix", std::size_t{64} * 1024 * 1024);
    if (sockets.empty() || !unix_sockets)
        return std::nullopt;
    if (std::ranges::any_of(sockets_in_table(ssh), [&](const auto& tcp) { return is_of_forward(tcp, own); }))
        return true;
    std::string_view lines = *unix_sockets;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        if (is_strange_stream(std::string(line), sockets, own.directory))
            return true;
    }
    return false;
}

}  // namespace

std::optional<bool> carries_connections(pid_t ssh, const SocketsOfItsOwn& own)
{
    const std::map<int, unsigned long> sockets = open_sockets(ssh);
    if (sockets.empty())  // a script around ssh, or no /proc
        return std::nullopt;
    bool found = false;
    const bool seen = visit_sockets(ssh, [&](unsigned long inode, int socket) {
        if (is_standard_stream(sockets, inode))
            return true;
        const auto tcp = tcp_socket_of(socket);
        found = tcp ? is_of_forward(*tcp, own) : is_named_stream(socket, own.directory);
        return !found;
    });
    return seen ? std::optional(found) : carries_by_tables(ssh, sockets, own);
}

}  // namespace autossh
