// Where a forward is to listen on this machine, and whether it could now.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace autossh {

/// A port on one of several addresses, or the path of a Unix socket.
struct LocalPlace {
    std::vector<std::string> addresses;  ///< literal ones; empty: not known
    std::uint16_t port = 0;
    std::string path;  ///< in place of a port, where it is not empty

    bool operator==(const LocalPlace&) const = default;
};

/// A listener could be had on one of the addresses at least, or nothing is at the path. A port is bound for
/// that, for a moment and without listening, as nothing else tells whether it is allowed. True also where
/// that cannot be known.
bool may_be_free(const LocalPlace& place);

}  // namespace autossh
