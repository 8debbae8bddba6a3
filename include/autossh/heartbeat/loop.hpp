// What a connection test runs over: the way into ssh's forwardings, and the listener where they come back.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/listening_socket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

struct Loop {
    using Protocol = StreamProtocol;
    using Listener = autossh::Listener;

    Protocol::endpoint entrance;       ///< where ssh listens, or the echo service
    std::string name;                  ///< of the entrance, for the log
    Level failures = Level::info;      ///< of the lines that say why a test has failed
    bool is_private = false;           ///< no stranger on this machine can get into it
    std::optional<Listener> listener;  ///< where our message comes back; nothing: on the connection itself
};

/// From 127.0.0.1:port to a listener on 127.0.0.1:port + 1, unless there is an echo port. Throws ConfigError
/// ("bind on 127.0.0.1:N: REASON").
Loop loop_over_ports(const Executor& executor, const MonitorPorts& ports);

/// The socket in our private directory where the loop of -M auto begins.
std::string loop_entrance_in(const std::string& directory);

/// Manual, "Heartbeat": the forwardings of the loop over Unix sockets in `directory`, by way of `port` on the
/// server.
std::vector<std::string> loop_words(const std::string& directory, std::uint16_t port);

/// A port of the server for one session's loop, above 20000 and below where most systems take ports for
/// outgoing connections, from a random number.
std::uint16_t loop_port_from(std::uint32_t random);

/// From the socket `directory`/out, which ssh makes, to a listener on `directory`/in, which we make here.
/// Throws ConfigError ("bind on PATH: REASON").
Loop loop_over_sockets(const Executor& executor, const std::string& directory);

}  // namespace autossh
