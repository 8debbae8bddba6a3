// The system's network interfaces and their addresses, as far as they matter to a connection.
#pragma once

#include "autossh/base/ip_address.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace autossh {

struct NetworkInterface {
    std::string name;
    bool up = false;       ///< somebody has switched it on
    bool running = false;  ///< and it has a carrier
    bool loopback = false;
    std::set<IpAddress> addresses;
    std::set<IpAddress> tentative;  ///< those of `addresses` that cannot be used yet (IPv6)

    friend bool operator==(const NetworkInterface&, const NetworkInterface&) = default;
};

/// All of them, in the order of their names. Nothing where the system does not tell (a sandbox without
/// AF_NETLINK).
std::optional<std::vector<NetworkInterface>> network_interfaces();

/// Comparable: the network has changed when this has.
struct NetworkState {
    /// Those that are up, with the addresses by which far hosts are reached. One without such an address (the
    /// virtual cable of a container) is left out, and so is the loopback.
    std::vector<NetworkInterface> interfaces;

    bool some_interface_is_running() const;

    friend bool operator==(const NetworkState&, const NetworkState&) = default;
};

NetworkState what_matters(const std::vector<NetworkInterface>& all);

/// That of now; nothing as for network_interfaces().
std::optional<NetworkState> network_state();

/// Whether some interface has this address now. Yes, where the system does not tell.
bool has_address(const IpAddress& address);

/// The addresses that /proc/net/if_inet6 of Linux marks as not usable yet, while their uniqueness is tested.
std::set<IpAddress> tentative_addresses(const std::string& if_inet6);

}  // namespace autossh
