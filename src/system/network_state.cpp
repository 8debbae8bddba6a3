#include "autossh/system/network_state.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>

#include <ifaddrs.h>
#include <net/if.h>

namespace autossh {

namespace {

bool reaches_far_hosts(const IpAddress& address)
{
    return address.is_v4() || !address.is_link_local();
}

}  // namespace

std::optional<std::vector<NetworkInterface>> network_interfaces()
{
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) < 0)
        return std::nullopt;
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(first, ::freeifaddrs);
    std::map<std::string, NetworkInterface> by_name;
    for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
        NetworkInterface& interface = by_name[entry->ifa_name];
        interface.name = entry->ifa_name;
        interface.up = (entry->ifa_flags & IFF_UP) != 0;
        interface.running = (entry->ifa_flags & IFF_RUNNING) != 0;
        interface.loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
        const auto address = ip_address_of(entry->ifa_addr);
        if (address)
            interface.addresses.insert(*address);
    }
    std::vector<NetworkInterface> interfaces;
    for (auto& [name, interface] : by_name)
        interfaces.push_back(std::move(interface));
    return interfaces;
}

bool NetworkState::some_interface_is_running() const
{
    return std::ranges::any_of(interfaces, &NetworkInterface::running);
}

NetworkState what_matters(const std::vector<NetworkInterface>& all)
{
    NetworkState state;
    for (NetworkInterface interface : all) {
        if (!interface.up || interface.loopback)
            continue;
        // An address is news when it can be used, not when its test begins.
        std::erase_if(interface.addresses, [&](const IpAddress& address) {
            return !reaches_far_hosts(address) || interface.tentative.contains(address);
        });
        interface.tentative.clear();
        if (!interface.addresses.empty())
            state.interfaces.push_back(std::move(interface));
    }
    return state;
}

std::optional<NetworkState> network_state()
{
    auto interfaces = network_interfaces();
    if (!interfaces)
        return std::nullopt;
    const std::set<IpAddress> tentative =
        tentative_addresses(text_of_file("/proc/net/if_inet6").value_or(""));
    for (NetworkInterface& interface : *interfaces)
        std::ranges::set_intersection(interface.addresses, tentative,
                                      std::inserter(interface.tentative, interface.tentative.end()));
    return what_matters(*interfaces);
}

bool has_address(const IpAddress& address)
{
    const auto interfaces = network_interfaces();
    return !interfaces || std::ranges::any_of(*interfaces, [&](const NetworkInterface& interface) {
        return interface.addresses.contains(address);
    });
}

std::set<IpAddress> tentative_addresses(const std::string& if_inet6)
{
    constexpr unsigned optimistic = 0x04;  // IFA_F_* of linux/if_addr.h
    constexpr unsigned tentative = 0x40;
    std::set<IpAddress> found;
    for (const std::string& line : lines_of(if_inet6)) {
        char digits[33] = "";
        unsigned flags = 0;
        IpAddress::V6 bytes{};
        if (std::sscanf(line.c_str(), "%32[0-9a-f] %*x %*x %*x %x", digits, &flags) != 2 ||
            std::strlen(digits) != bytes.size() * 2 || (flags & (tentative | optimistic)) != tentative)
            continue;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            std::sscanf(digits + i * 2, "%2hhx", &bytes[i]);
        found.insert(IpAddress(bytes));
    }
    return found;
}

}  // namespace autossh
