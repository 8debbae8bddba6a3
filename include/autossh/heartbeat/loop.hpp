// The forwardings of -M auto's loop, between two Unix sockets in our private directory. Pure.
#pragma once

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

/// A port of the server for one session's loop, above 20000 and below where most systems take ports for
/// outgoing connections, from a random number.
std::uint16_t loop_port_from(std::uint32_t random);

}  // namespace autossh
