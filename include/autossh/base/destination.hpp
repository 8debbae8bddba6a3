// Where ssh connects to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

struct Destination {
    std::string host;  ///< a name or an address, as on ssh's command line; empty: unknown
    std::uint16_t port = 22;
    bool by_proxy = false;  ///< by way of a ProxyCommand or a jump host: that is where it really goes
    std::string from = {};  ///< what of ours it must come from (BindAddress, BindInterface); empty: anything
};

/// The address from ssh's `HOST ([ADDR]:PORT) with METHOD`. Nothing behind a proxy: ssh does not know it.
std::optional<Destination> peer_of(std::string_view login);

}  // namespace autossh
