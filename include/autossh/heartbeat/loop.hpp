// The forwardings of -M auto: a loop between two Unix sockets in our private directory, or the way from one
// to an echo service. Pure.
#pragma once

#include "autossh/settings/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace autossh {

/// The socket where the loop begins: ssh makes it.
std::string loop_entrance_in(const std::string& directory);

/// The socket where the loop comes back: we listen there.
std::string loop_exit_in(const std::string& directory);

/// Manual, "Heartbeat": the forwardings of the loop over Unix sockets in `directory`, by way of `port` on the
/// server.
std::vector<std::string> loop_words(const std::string& directory, std::uint16_t port);

/// The same of a forwarding to an echo service (`-M auto:PORT`, `-M auto:/PATH`).
std::vector<std::string> echo_words(const std::string& directory, const EchoPlace& echo);

/// "127.0.0.1:7700", or the path.
std::string in_words(const EchoPlace& echo);

/// "127.0.0.1 port 7700", "/path port -2": as ssh's log has the target of a forwarding.
std::string as_ssh_logs(const EchoPlace& echo);

/// A port of the server for one session's loop, from a random number: above 61000, where it takes nobody's
/// own.
std::uint16_t loop_port_from(std::uint32_t random);

}  // namespace autossh
