#include "autossh/system/port_holder.hpp"

#include "autossh/base/text.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <vector>

#include <dirent.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// "0100007F:0016"
bool stands_in_the_way(const TcpSocket& socket, const std::optional<IpAddress>& address)
{
    const auto its =
        IpAddress::from_proc_net(std::string_view(socket.local).substr(0, socket.local.find(':')));
    if (!its || !address || *its == *address)
        return true;
    // A socket on :: may take IPv4 as well; whether it does is not shown.
    if (its->is_any())
        return address->is_v4() || !its->is_v4();
    return address->is_any() && its->is_v4() == address->is_v4();
}

bool has_one_of(pid_t process, const std::vector<TcpSocket>& listeners)
{
    const auto inodes = socket_inodes(process);
    return std::ranges::any_of(listeners, [&](const TcpSocket& listener) {
        return std::ranges::find(inodes, listener.inode) != inodes.end();
    });
}

std::string found_holder(const std::optional<IpAddress>& address, std::uint16_t port, pid_t own)
{
    std::vector<TcpSocket> listeners = listeners_on(tcp_sockets(), address, port);
    const auto own_inodes = socket_inodes(own);
    std::erase_if(listeners, [&](const TcpSocket& listener) {
        return std::ranges::find(own_inodes, listener.inode) != own_inodes.end();
    });
    if (listeners.empty())
        return {};
    if (const auto process = process_with(listeners, [](pid_t) { return true; }))
        return fmt::format("pid {} ({})", *process, printable(name_of_process(*process)));
    return fmt::format("a process of uid {}", listeners.front().uid);
}

}  // namespace

std::vector<TcpSocket> listeners_on(std::span<const TcpSocket> sockets,
                                    const std::optional<IpAddress>& address, std::uint16_t port)
{
    const std::string wanted = fmt::format(":{:04X}", port);
    std::vector<TcpSocket> listeners;
    std::ranges::copy_if(sockets, std::back_inserter(listeners), [&](const TcpSocket& socket) {
        return socket.state == TcpSocket::listen && socket.local.ends_with(wanted) &&
               stands_in_the_way(socket, address);
    });
    return listeners;
}

std::optional<pid_t> process_with(const std::vector<TcpSocket>& listeners,
                                  const std::function<bool(pid_t)>& is)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> processes(::opendir("/proc"), ::closedir);
    while (const dirent* const entry = processes ? ::readdir(processes.get()) : nullptr) {
        const pid_t process = std::atoi(entry->d_name);
        if (process > 0 && has_one_of(process, listeners) && is(process))
            return process;
    }
    return std::nullopt;
}

std::string port_holder(const std::optional<IpAddress>& address, std::uint16_t port, pid_t own) noexcept
{
    try {
        return found_holder(address, port, own);
    } catch (...) {  // without memory, say; the port's holder is only a help
        return {};
    }
}

}  // namespace autossh
