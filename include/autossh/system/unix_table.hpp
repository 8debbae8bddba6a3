// The Unix sockets of this machine that have a name, as /proc/net/unix shows them (proc(5), Linux).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

struct UnixSocket {
    bool listens = false;
    bool is_connected = false;
    unsigned long inode = 0;
    std::string name;
};

/// Nothing: it cannot be read.
std::optional<std::vector<UnixSocket>> unix_sockets();

/// Those in the text of that file.
std::vector<UnixSocket> unix_sockets_in(std::string_view table);

}  // namespace autossh
