// Our command line: our own options, and everything else for ssh.
#pragma once

#include "autossh/settings/settings.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// What the command line asks for.
enum class Action {
    run,
    explain,  ///< --explain: everything is read and checked as for run
    ask_ssh,  ///< a question that ssh answers itself: it gets the user's words and takes our place
    print_help,
    print_version,
};

/// Manual, "Heartbeat": the forwardings that lead our message to the far end and back.
std::vector<std::string> forwardings(const MonitorPorts& ports);

/// Reads `arguments` (without the program's name) by ssh's own grammar: options, destination, more options,
/// remote command. Puts our own options into `settings` and the rest, with the heartbeat's forwardings, into
/// settings.tunnel.ssh. The environment must have been read before.
/// Throws UsageError, and ConfigError for a bad value.
Action read_command_line(std::span<const std::string> arguments, Settings& settings);

/// Manual, "-f": a first process of a container stays in the foreground; and what follows for the log.
void settle_background(Settings& settings);

/// Reads a value of -M which begins with "auto": where the echo service of `auto:PORT` and `auto:/PATH` is.
/// Nothing for auto itself. Throws ConfigError.
std::optional<EchoPlace> parse_echo_place(const std::string& text);
/// The value of -M is auto, with an echo service or without one.
bool is_automatic_monitor(const std::string& text);

/// Reads `port[:echo_port]`, the value of -M. Nothing for port 0: monitoring disabled. Throws ConfigError.
std::optional<MonitorPorts> parse_monitor_ports(const std::string& text);

}  // namespace autossh
