#include "autossh/command_line.hpp"

#include "autossh/scan.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view automatic = "auto";

/// Manual, "Heartbeat": what AUTOSSH_PORT, --port or -M say, or auto where nothing is said.
void settle_monitor(const std::optional<std::string>& option, Settings& settings)
{
    const bool plain = settings.tunnel.plain.value_or(false);
    if (settings.port.empty() && option)
        settings.sources["port"] = "-M";
    if (settings.port.empty() && !option && plain)
        throw UsageError("");  // as the reference

    const std::string port = settings.port.empty() ? option.value_or(std::string(automatic)) : settings.port;
    settings.tunnel.auto_monitor = port == automatic;
    if (!settings.tunnel.auto_monitor)
        settings.tunnel.monitor = parse_monitor_ports(port);
    else if (plain)
        throw ConfigError("-M auto adds forwardings to ssh's command line, which --plain forbids");
}

/// Where the forwardings belong among the words for ssh.
std::size_t place_of_forwardings(const Scan& scan, const Settings& settings)
{
    const bool by_option = scan.port_option || settings.port.empty();
    return by_option ? scan.forwards_at.value_or(0) : 0;
}

}  // namespace

std::vector<std::string> forwardings(const MonitorPorts& ports)
{
    if (ports.echo_port)
        return {"-L", fmt::format("{}:127.0.0.1:{}", ports.port, *ports.echo_port)};
    return {"-L", fmt::format("{0}:127.0.0.1:{0}", ports.port), "-R",
            fmt::format("{}:127.0.0.1:{}", ports.port, ports.port + 1)};
}

Action read_command_line(std::span<const std::string> arguments, Settings& settings)
{
    Scan scan(arguments, settings);
    const Action action = scan.run();
    if (action != Action::run && action != Action::explain)
        return action;
    settle_monitor(scan.monitor_port, settings);

    TunnelSettings& tunnel = settings.tunnel;
    std::vector<std::string> words{settings.ssh_path};
    if (settings.service_mode && !scan.no_command)
        words.emplace_back("-N");
    tunnel.loop_at = words.size() + place_of_forwardings(scan, settings);
    words.insert(words.end(), scan.words.begin(), scan.words.end());
    if (tunnel.monitor) {
        const auto added = forwardings(*tunnel.monitor);
        words.insert(words.begin() + static_cast<std::ptrdiff_t>(tunnel.loop_at), added.begin(), added.end());
    }
    tunnel.ssh = {settings.ssh_path, words};
    if (settings.background) {
        tunnel.gate_time = Duration::zero();
        settings.sources["gate-time"] = "-f";
        settings.log.to_stdout = false;  // that is /dev/null there
    }
    return action;
}

}  // namespace autossh
