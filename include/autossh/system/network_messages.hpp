// What rtnetlink(7) of Linux tells of the network, taken from its bytes.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace autossh {

struct NetworkNews {
    bool may_matter = false;     ///< an interface, an address or a route: look at the network
    bool route_changed = false;  ///< what a look at interfaces and addresses would not show

    friend bool operator==(const NetworkNews&, const NetworkNews&) = default;
};

/// Understands the messages, and remembers of the routes only what is needed to know a refreshed one.
///
/// Routes that the kernel makes by itself follow the interfaces and addresses, and tell nothing more; nor do
/// those for local, multicast and link-local destinations. Any other that comes or goes is a change. One that
/// replaces another may be the same: a daemon that handles IPv6 router advertisements replaces its route at
/// each of them. (An IPv4 route that is replaced by the same causes no message.)
class NetworkMessages {
public:
    /// One datagram. What is cut off or senseless is passed over.
    NetworkNews read(std::span<const std::byte> datagram);

private:
    NetworkNews read_route(bool added, bool replaced, std::span<const std::byte> payload);

    std::map<std::string, std::string> routes_;  ///< destination -> next hop, as last reported
};

/// The way that the kernel's answer to RTM_GETROUTE tells, as one value to compare; empty: there is none.
/// Nothing for what is no such answer.
std::optional<std::string> course_in_answer(std::span<const std::byte> datagram);

}  // namespace autossh
