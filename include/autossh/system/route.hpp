// Is there a route to the server? Asked before an ssh is started that could only fail.
#pragma once

#include "autossh/base/destination.hpp"
#include "autossh/base/ip_address.hpp"
#include "autossh/system/network_state.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// False only where the system says now that no packet would leave for it. Sends nothing and looks up no
/// name, save in `hosts_file`.
bool has_route(const Destination& destination, const char* hosts_file = "/etc/hosts");

/// A name that needs no network, or one that is found without an address of ours that matters (multicast DNS
/// works over link-local ones).
bool is_found_without_network(std::string_view name);

/// The addresses that hosts(5) gives for a name, as they stand there.
std::vector<std::string> addresses_in_hosts(const std::string& hosts, std::string_view name);

/// Whether packets from this address of ours can leave: an interface that has it is running. Yes in doubt,
/// when none has it.
bool can_send_from(const IpAddress& address, const std::vector<NetworkInterface>& interfaces);

}  // namespace autossh
