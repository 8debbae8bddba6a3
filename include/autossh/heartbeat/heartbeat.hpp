// The words of a connection test. A wire format: people run echo daemons that parse it.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

/// `NODENAME autossh PID RANDOM MESSAGE\r\n`, with a fresh random number.
std::string make_heartbeat(std::string_view message);

/// The pure part of make_heartbeat().
std::string format_heartbeat(std::string_view node, long pid, unsigned long random, std::string_view message);

}  // namespace autossh
