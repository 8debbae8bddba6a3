// The system's TCP sockets and whose they are (Linux: proc(5)). Elsewhere there is nothing to see.
#pragma once

#include "autossh/base/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

struct TcpSocket {
    /// include/net/tcp_states.h of Linux.
    enum State : unsigned {
        established = 1,
        syn_sent = 2,
        fin_wait1 = 4,
        fin_wait2 = 5,
        time_wait = 6,
        listen = 10,
        closing = 11
    };

    std::string local;  ///< address and port in hexadecimal, "0100007F:0016"
    std::string remote;
    unsigned state = 0;
    unsigned uid = 0;
    unsigned long inode = 0;
};

/// From a line of /proc/net/tcp or tcp6 (proc(5)). Nothing: it is none.
std::optional<TcpSocket> tcp_socket_from(const std::string& line);

/// Every TCP socket of this network namespace.
std::vector<TcpSocket> tcp_sockets();

/// The inodes of the sockets that a process has open, by descriptor.
std::map<int, unsigned long> open_sockets(pid_t process);

/// The same inodes, in the order of the descriptors.
std::vector<unsigned long> socket_inodes(pid_t process);

/// The sockets of `process` that stand in the table, in the order of its descriptors.
std::vector<TcpSocket> sockets_in_table(pid_t process);

/// The connection of an ssh with its server.
class TcpConnection {
public:
    /// How far it must have come to count.
    enum class Progress { established, connecting };

    /// The oldest that the process has open. One that is still being made only if asked for, and if none is
    /// established. Nothing where it has none (a ProxyCommand) or none can be seen.
    static std::optional<TcpConnection> of(pid_t process, Progress least = Progress::established);

    /// This is its socket.
    bool has(const TcpSocket& socket) const { return socket.local == local_ && socket.remote == remote_; }

    /// Our side has closed it first, so the system still remembers it. Where the server was first, it does
    /// not.
    bool closed_by_us() const;

    /// How long nothing has come on it. Nothing: the system does not tell.
    std::optional<Duration> silence() const;

    /// No interface of ours has its address any more: nothing will come through it again.
    bool local_address_is_gone() const;

private:
    std::string local_;
    std::string remote_;
};

/// Whether a connection of the process, or of one that it has started, is still being made, and none is
/// there.
bool is_still_connecting(pid_t process);

/// That of an ssh which may go through a ProxyCommand or ProxyJump: its own, or if it has none the first that
/// one of its descendants has. To be asked when ssh has logged in: later a forwarding may have some of its
/// own.
std::optional<TcpConnection>
connection_through_proxy(pid_t ssh, TcpConnection::Progress least = TcpConnection::Progress::established);

}  // namespace autossh
