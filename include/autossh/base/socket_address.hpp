// Where a socket is to be connected, and sockets that no ssh inherits.
#pragma once

#include "autossh/base/ip_address.hpp"
#include "autossh/base/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

namespace autossh {

/// An IP address, its scope ("fe80::1%eth0") and a port, as the system takes them.
class SocketAddress {
public:
    /// Nothing for a name, which is not looked up, and where the scope is no interface of now.
    static std::optional<SocketAddress> from_literal(const std::string& host, std::uint16_t port);

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
    socklen_t size() const { return size_; }
    int family() const { return storage_.ss_family; }

private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

/// The address of a Unix socket.
class UnixAddress {
public:
    /// Nothing where the path is too long.
    static std::optional<UnixAddress> of_path(const std::string& path);

    /// An absolute path, or an abstract name behind @ (Linux). Nothing for anything else.
    static std::optional<UnixAddress> of_name(const std::string& name);

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
    socklen_t size() const { return size_; }

private:
    sockaddr_un address_{};
    socklen_t size_ = 0;
};

/// Nothing for a null pointer and for another family than IPv4 and IPv6.
std::optional<IpAddress> ip_address_of(const sockaddr* address);

/// Close-on-exec from its first moment where the system can do that, and non-blocking. Holds nothing, with
/// the reason in errno, when it cannot be made.
UniqueFd open_socket(int family, int type, int protocol = 0);

/// Two ends of one stream, made as open_socket() does. Both hold nothing, with the reason in errno, when they
/// cannot be made.
std::pair<UniqueFd, UniqueFd> open_socket_pair();

/// A stream, non-blocking and close-on-exec. Holds nothing, with the reason in errno, where nobody listens,
/// or cannot take us at once.
UniqueFd connect_to_socket(const std::string& path);
/// Whether somebody listens there, also one who is busy. Never waits.
bool takes_connections(const std::string& path);

/// The process at the other end of a Unix socket, as it was when it connected or listened.
struct Peer {
    pid_t pid = 0;
    uid_t uid = 0;
};

/// Whether the system tells of peers (Linux: SO_PEERCRED).
bool system_tells_peers();
/// Nothing, with the reason in errno: it does not, or not of this one.
std::optional<Peer> peer_of_socket(int socket);

}  // namespace autossh
