// A forward as ssh itself has it in its list, word for word. Pure.
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/ssh/config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// Where a forward listens, or leads to: a host and a port, or a Unix socket.
struct ForwardPlace {
    std::optional<std::string>
        host;                ///< to listen: nothing where no bind address is given; "": all addresses
    std::uint16_t port = 0;  ///< of -R: 0, the server chooses
    std::string path;        ///< in place of both

    bool operator==(const ForwardPlace&) const = default;
};

struct ConfiguredForward {
    enum class Kind { local, remote, dynamic };

    Kind kind = Kind::local;
    ForwardPlace listen;
    ForwardPlace target;  ///< of SOCKS, by -D or -R: "socks", port 0

    bool operator==(const ConfiguredForward&) const = default;
};

/// `words`: "8080 [localhost]:80", "[::1]:8080 /path", "/path [h]:80", "1080": as ssh's answer to -G has
/// them. Nothing: they are none.
std::optional<ConfiguredForward> configured_forward(ConfiguredForward::Kind kind, std::string_view words);

/// Those of ssh's answer, -L before -R before -D, without those of the tests of -M PORT. (-G lists a -L to a
/// path as a -D as well.)
std::vector<ConfiguredForward> configured_forwards(const SshConfig& config,
                                                   const std::optional<MonitorPorts>& monitor);

}  // namespace autossh
