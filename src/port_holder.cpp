#include "autossh/port_holder.hpp"

#include "autossh/heartbeat.hpp"
#include "autossh/tcp_table.hpp"
#include "autossh/unique_fd.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

std::vector<TcpSocket> listeners_on(std::uint16_t port)
{
    const std::string wanted = fmt::format(":{:04X}", port);
    std::vector<TcpSocket> sockets = tcp_sockets();
    std::erase_if(sockets, [&](const TcpSocket& socket) {
        return socket.state != TcpSocket::listen || !socket.local.ends_with(wanted);
    });
    return sockets;
}

bool has_one_of(pid_t process, const std::vector<TcpSocket>& listeners)
{
    const auto inodes = socket_inodes(process);
    return std::ranges::any_of(listeners, [&](const TcpSocket& listener) {
        return std::ranges::find(inodes, listener.inode) != inodes.end();
    });
}

std::string name_of(pid_t process)
{
    char name[64] = "";
    const UniqueFd file(::open(fmt::format("/proc/{}/comm", process).c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t size = file ? ::read(file.get(), name, sizeof name) : 0;
    std::string_view text(name, size > 0 ? static_cast<std::size_t>(size) : 0);
    return printable(text.substr(0, text.find('\n')));
}

std::string found_holder(std::uint16_t port)
{
    const std::vector<TcpSocket> listeners = listeners_on(port);
    if (listeners.empty())
        return {};
    const std::unique_ptr<DIR, int (*)(DIR*)> processes(::opendir("/proc"), ::closedir);
    while (const dirent* const entry = processes ? ::readdir(processes.get()) : nullptr) {
        const pid_t process = std::atoi(entry->d_name);
        if (process > 0 && has_one_of(process, listeners))
            return fmt::format("pid {} ({})", process, name_of(process));
    }
    return fmt::format("a process of uid {}", listeners.front().uid);
}

}  // namespace

std::string port_holder(std::uint16_t port) noexcept
{
    try {
        return found_holder(port);
    } catch (...) {  // without memory, say; the port's holder is only a help
        return {};
    }
}

}  // namespace autossh
