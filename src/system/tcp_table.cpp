#include "autossh/system/tcp_table.hpp"

#include "autossh/base/ip_address.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/system/network_state.hpp"
#include "autossh/system/process_sockets.hpp"
#include "autossh/system/process_tree.hpp"
#include "autossh/system/tcp_silence.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

void read_table(const char* path, std::vector<TcpSocket>& sockets)
{
    const std::unique_ptr<std::FILE, Closer> file(std::fopen(path, "re"));
    char line[512];
    while (file && std::fgets(line, sizeof line, file.get()) != nullptr)
        if (auto socket = tcp_socket_from(line))
            sockets.push_back(std::move(*socket));
}

}  // namespace

std::optional<TcpSocket> tcp_socket_from(const std::string& line)
{
    char local[64] = "";
    char remote[64] = "";
    TcpSocket socket;
    const int fields = std::sscanf(line.c_str(), " %*[^:]: %63s %63s %x %*s %*s %*s %u %*s %lu", local,
                                   remote, &socket.state, &socket.uid, &socket.inode);
    if (fields != 5)
        return std::nullopt;
    socket.local = local;
    socket.remote = remote;
    return socket;
}

std::vector<TcpSocket> tcp_sockets()
{
    std::vector<TcpSocket> sockets;
    read_table("/proc/net/tcp", sockets);
    read_table("/proc/net/tcp6", sockets);
    return sockets;
}

std::map<int, unsigned long> open_sockets(pid_t process)
{
    const std::string directory = fmt::format("/proc/{}/fd", process);
    std::error_code ignored;
    std::map<int, unsigned long> sockets;
    for (const std::string& descriptor : names_in(directory, ignored)) {
        const auto target = link_target(fmt::format("{}/{}", directory, descriptor));
        unsigned long inode = 0;
        if (target && std::sscanf(target->c_str(), "socket:[%lu]", &inode) == 1)
            sockets.emplace(std::atoi(descriptor.c_str()), inode);
    }
    return sockets;
}

std::vector<unsigned long> socket_inodes(pid_t process)
{
    std::vector<unsigned long> inodes;
    for (const auto& [descriptor, inode] : open_sockets(process))
        inodes.push_back(inode);
    return inodes;
}

std::vector<TcpSocket> sockets_in_table(pid_t process)
{
    const std::vector<unsigned long> inodes = socket_inodes(process);
    std::vector<TcpSocket> found;
    if (inodes.empty())
        return found;
    const std::vector<TcpSocket> sockets = tcp_sockets();
    for (const unsigned long inode : inodes)
        if (const auto socket = std::ranges::find(sockets, inode, &TcpSocket::inode); socket != sockets.end())
            found.push_back(*socket);
    return found;
}

std::optional<TcpConnection> TcpConnection::of(pid_t process, Progress least)
{
    const auto own = tcp_sockets_of(process);
    const std::vector<TcpSocket> sockets = own ? *own : sockets_in_table(process);
    const auto first_in_state = [&](TcpSocket::State state) -> std::optional<TcpConnection> {
        const auto socket = std::ranges::find(sockets, state, &TcpSocket::state);
        if (socket == sockets.end())
            return std::nullopt;
        TcpConnection connection;
        connection.local_ = socket->local;
        connection.remote_ = socket->remote;
        return connection;
    };
    const auto connection = first_in_state(TcpSocket::established);
    if (connection || least == Progress::established)
        return connection;
    return first_in_state(TcpSocket::syn_sent);
}

bool TcpConnection::closed_by_us() const
{
    return std::ranges::any_of(tcp_sockets(), [this](const TcpSocket& socket) {
        return socket.local == local_ && socket.remote == remote_ &&
               (socket.state == TcpSocket::fin_wait1 || socket.state == TcpSocket::fin_wait2 ||
                socket.state == TcpSocket::time_wait || socket.state == TcpSocket::closing);
    });
}

std::optional<Duration> TcpConnection::silence() const
{
    return silence_between(local_, remote_);
}

bool TcpConnection::local_address_is_gone() const
{
    const auto address = IpAddress::from_proc_net(std::string_view(local_).substr(0, local_.find(':')));
    return address && !address->is_loopback() && !has_address(*address);
}

bool is_still_connecting(pid_t process)
{
    return !connection_through_proxy(process) &&
           connection_through_proxy(process, TcpConnection::Progress::connecting);
}

std::optional<TcpConnection> connection_through_proxy(pid_t ssh, TcpConnection::Progress least)
{
    auto connection = TcpConnection::of(ssh, least);
    if (connection)
        return connection;
    for (const pid_t process : descendants_of(ssh)) {
        connection = TcpConnection::of(process, least);
        if (connection)
            return connection;
    }
    return std::nullopt;
}

}  // namespace autossh
