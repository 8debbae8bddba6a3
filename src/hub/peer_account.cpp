#include "autossh/hub/peer_account.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/ip_address.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"
#include "autossh/system/process_sockets.hpp"
#include "autossh/system/tcp_silence.hpp"
#include "autossh/system/tcp_table.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <sys/socket.h>

namespace autossh {

namespace {

bool is_same_end(std::string_view one, std::string_view other)
{
    const std::size_t colon = std::min(one.find(':'), one.size());
    const std::size_t its = std::min(other.find(':'), other.size());
    const auto address = IpAddress::from_proc_net(one.substr(0, colon));
    return address && address == IpAddress::from_proc_net(other.substr(0, its)) &&
           one.substr(colon) == other.substr(its);
}

/// Where the quick way is closed, the whole table. A socket that was closed has no inode there.
std::optional<uid_t> owner_in_table(const TcpSocket& ours)
{
    for (const TcpSocket& socket : tcp_sockets())
        if (socket.inode != 0 && is_same_end(socket.local, ours.remote) &&
            is_same_end(socket.remote, ours.local))
            return socket.uid;
    return std::nullopt;
}

bool is_unix_socket(int socket)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    return ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
           address.ss_family == AF_UNIX;
}

/// Of each line of passwd(5): name and number.
template <typename Take>
void read_accounts(Take take)
{
    const std::string text = text_of_file("/etc/passwd").value_or("");
    for (const std::string& line : lines_of(text)) {
        const std::size_t name = std::min(line.find(':'), line.size());
        const std::size_t password = std::min(line.find(':', name + 1), line.size());
        uid_t uid = 0;
        const auto [end, error] = std::from_chars(line.data() + std::min(password + 1, line.size()),
                                                  line.data() + line.size(), uid);
        if (error == std::errc())
            take(std::string_view(line).substr(0, name), uid);
    }
}

}  // namespace

std::optional<uid_t> account_of_peer(int socket)
{
    if (is_unix_socket(socket)) {
        const auto peer = peer_of_socket(socket);
        return peer ? std::optional(peer->uid) : std::nullopt;
    }
    const auto ours = tcp_socket_of(socket);
    if (!ours)
        return std::nullopt;
    const auto owner = owner_between(ours->remote, ours->local);
    return owner ? owner : owner_in_table(*ours);
}

std::string account_name(uid_t uid)
{
    std::string found;
    read_accounts([&](std::string_view name, uid_t its) {
        if (its == uid && found.empty())
            found = name;
    });
    return found.empty() ? std::to_string(uid) : found;
}

std::optional<uid_t> account_uid(const std::string& name)
{
    std::optional<uid_t> found;
    read_accounts([&](std::string_view its, uid_t uid) {
        if (its == name && !found)
            found = uid;
    });
    uid_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (!found && !name.empty() && error == std::errc() && end == name.data() + name.size())
        found = number;
    return found;
}

}  // namespace autossh
