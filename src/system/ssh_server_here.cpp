#include "autossh/system/ssh_server_here.hpp"

#include "autossh/base/ip_address.hpp"
#include "autossh/base/text.hpp"
#include "autossh/system/port_holder.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::uint16_t ssh_port = 22;

/// From OpenSSH 9.8 on a connection without a log-in counts a second, and 15 shut out an address, that of all
/// who come through forwards.
constexpr std::size_t most_closed_connections = 8;

/// sshd(8): these letters take what follows.
constexpr std::string_view letters_with_value = "bCcEfghkopuV";

/// systemd has the port of a server that it starts.
bool may_be_ssh_server(pid_t process, std::uint16_t port)
{
    const std::string name = name_of_process(process);
    return (name == "sshd" && !serves_one_connection(words_of_process(process))) || name == "dropbear" ||
           (name == "systemd" && port == ssh_port);
}

SshServerHere found_server(std::uint16_t port)
{
    const std::vector<TcpSocket> sockets = tcp_sockets();
    const std::vector<TcpSocket> listeners = listeners_on(sockets, std::nullopt, port);
    if (listeners.empty())
        return SshServerHere::none;
    bool some_are_seen = false;
    const auto is_one = process_with(listeners, [&some_are_seen, port](pid_t process) {
        some_are_seen = true;
        return may_be_ssh_server(process, port);
    });
    if (!is_one && (some_are_seen || port != ssh_port))
        return SshServerHere::none;
    return closed_connections(sockets, port) < most_closed_connections ? SshServerHere::ready
                                                                       : SshServerHere::busy;
}

bool is_loopback(const std::string& place)
{
    const auto address = IpAddress::from_proc_net(std::string_view(place).substr(0, place.find(':')));
    return address && address->is_loopback();
}

bool has_debug_letter(std::string_view word)
{
    if (!word.starts_with('-') || word.starts_with("--"))
        return false;
    word.remove_prefix(1);
    const std::string_view flags = word.substr(0, word.find_first_of(letters_with_value));
    return flags.find('d') != std::string_view::npos;
}

}  // namespace

SshServerHere ssh_server_here(std::uint16_t port) noexcept
{
    try {
        return found_server(port);
    } catch (...) {  // without memory, say
        return SshServerHere::none;
    }
}

std::size_t closed_connections(std::span<const TcpSocket> sockets, std::uint16_t port)
{
    const std::string wanted = fmt::format(":{:04X}", port);
    return static_cast<std::size_t>(std::ranges::count_if(sockets, [&](const TcpSocket& socket) {
        const bool is_closed = socket.state == TcpSocket::time_wait || socket.state == TcpSocket::fin_wait1 ||
                               socket.state == TcpSocket::fin_wait2;
        return is_closed && is_loopback(socket.local) && is_loopback(socket.remote) &&
               (socket.local.ends_with(wanted) || socket.remote.ends_with(wanted));
    }));
}

bool serves_one_connection(const std::vector<std::string>& words)
{
    return std::ranges::any_of(words, [](const std::string& word) {
        const std::vector<std::string> parts = words_of(word);
        return std::ranges::any_of(parts, has_debug_letter);
    });
}

}  // namespace autossh
