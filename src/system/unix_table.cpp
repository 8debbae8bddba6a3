#include "autossh/system/unix_table.hpp"

#include "autossh/base/file_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <utility>

namespace autossh {

std::optional<std::vector<UnixSocket>> unix_sockets()
{
    const auto table = text_of_file("/proc/net/unix", std::size_t{64} * 1024 * 1024);
    return table ? std::optional(unix_sockets_in(*table)) : std::nullopt;
}

std::vector<UnixSocket> unix_sockets_in(std::string_view table)
{
    constexpr unsigned listens = 0x10000;  // of the flags
    constexpr unsigned connected = 3;      // of the states
    std::vector<UnixSocket> sockets;
    while (!table.empty()) {
        const std::string line(table.substr(0, table.find('\n')));
        table.remove_prefix(std::min(line.size() + 1, table.size()));
        unsigned flags = 0;
        unsigned state = 0;
        UnixSocket socket;
        int name = 0;
        if (std::sscanf(line.c_str(), "%*s %*s %*s %x %*s %x %lu %n", &flags, &state, &socket.inode, &name) !=
                3 ||
            name == 0)
            continue;
        socket.name = line.substr(static_cast<std::size_t>(name));
        socket.listens = (flags & listens) != 0;
        socket.is_connected = state == connected;
        if (!socket.name.empty())
            sockets.push_back(std::move(socket));
    }
    return sockets;
}

}  // namespace autossh
