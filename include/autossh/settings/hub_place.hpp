// A place where boxes beat, or where an ssh server is to answer: a port or the path of a Unix socket. Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace autossh {

/// A port of an address, or the path of a Unix socket.
struct HubPlace {
    std::string address;     ///< a literal one; empty: it is a path
    std::uint16_t port = 0;  ///< not 0, where there is an address
    std::string path;        ///< absolute
    FilePlace at = {};

    bool operator==(const HubPlace& other) const
    {
        return address == other.address && port == other.port && path == other.path;
    }
};

/// "127.0.0.1:7700", "[::1]:7700", "/run/autossh/hub/echo"
std::string in_words(const HubPlace& place);

/// "127.0.0.1:7700", "[::1]:7700", "7700" (127.0.0.1) or a path that begins with /. Nothing: it is none of
/// these. Whether it is on loopback is not looked at.
std::optional<HubPlace> hub_place_from(const std::string& text);

}  // namespace autossh
