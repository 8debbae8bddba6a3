#include "autossh/settings/command_line.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/settings/scan.hpp"
#include "autossh/settings/secret_options.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view automatic = "auto";
constexpr std::size_t longest_socket_path = 108;  // with the byte behind it

/// Manual, "Heartbeat": what AUTOSSH_PORT, --port or -M say, or auto where nothing is said.
void settle_monitor(const std::optional<std::string>& option, Settings& settings)
{
    const bool plain = settings.tunnel.plain.value_or(false);
    if (settings.port.empty() && option)
        settings.sources["port"] = "-M";
    if (settings.port.empty() && !option && plain)
        throw UsageError("");  // as the reference

    const std::string port = settings.port.empty() ? option.value_or(std::string(automatic)) : settings.port;
    settings.tunnel.auto_monitor = is_automatic_monitor(port);
    settings.tunnel.echo = settings.tunnel.auto_monitor ? parse_echo_place(port) : std::nullopt;
    if (!settings.tunnel.auto_monitor)
        settings.tunnel.monitor = parse_monitor_ports(port);
    else if (plain)
        throw ConfigError("-M auto adds forwardings to ssh's command line, which --plain forbids");
}

/// Manual, "Sharing".
void check_share(const TunnelSettings& tunnel)
{
    if (!tunnel.share)
        return;
    if (tunnel.plain.value_or(false))
        throw ConfigError("--share adds a control socket to ssh's command line, which --plain forbids");
    if (tunnel.restart == RestartPolicy::none)
        throw ConfigError("--share is for a tunnel that is kept up, which --restart never forbids");
}

/// Manual, "Gate time": with -f there is none, as in 1.4g, and with --restart never none by default, as
/// nothing is tried again.
void settle_gate_time(Settings& settings)
{
    const bool by_policy = settings.tunnel.restart == RestartPolicy::none && !settings.tunnel.gate_given;
    if (!settings.background && !by_policy)
        return;
    settings.tunnel.gate_time = Duration::zero();
    settings.sources["gate-time"] = settings.background ? "-f" : settings.sources["restart"];
}

/// Where the forwardings belong among the words for ssh.
std::size_t place_of_forwardings(const Scan& scan, const Settings& settings)
{
    const bool by_option = scan.port_option || settings.port.empty();
    return by_option ? scan.forwards_at.value_or(0) : 0;
}

Command command_of(const Settings& settings, const std::vector<std::string>& words)
{
    Command command{settings.ssh_path, {settings.ssh_path}};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    return command;
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
    settings.only_asks_ssh = scan.question != SshQuestion::none;
    if (settings.only_asks_ssh) {
        settings.tunnel.ssh = command_of(settings, scan.words);
        return action;
    }
    if (action != Action::run && action != Action::explain)
        return action;
    settle_monitor(scan.monitor_port, settings);
    settle_secrets(settings);
    check_share(settings.tunnel);

    TunnelSettings& tunnel = settings.tunnel;
    std::vector<std::string> words{settings.ssh_path};
    if (settings.service_mode && !scan.no_command)
        words.emplace_back("-N");
    const std::size_t place = words.size() + place_of_forwardings(scan, settings);
    words.insert(words.end(), scan.words.begin(), scan.words.end());
    if (tunnel.monitor) {
        const auto added = forwardings(*tunnel.monitor);
        words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), added.begin(), added.end());
    }
    tunnel.ssh = {settings.ssh_path, words};
    settle_gate_time(settings);
    settle_background(settings);
    settings.log.to_pipe =
        action == Action::run && !settings.background && !settings.tunnel.plain.value_or(false);
    if (settings.log.tunnel.empty())
        settings.log.tunnel = scan.destination;
    return action;
}

void settle_background(Settings& settings)
{
    if (settings.background) {
        settings.ignores_background = settings.is_first_process;
        settings.background = !settings.is_first_process;
    }
    if (settings.background)
        settings.log.to_stdout = false;  // that is /dev/null there
    settings.log.background = settings.background;
}

bool is_automatic_monitor(const std::string& text)
{
    return text == automatic || text.starts_with(fmt::format("{}:", automatic));
}

std::optional<EchoPlace> parse_echo_place(const std::string& text)
{
    if (text.size() <= automatic.size())
        return std::nullopt;
    const std::string echo = text.substr(automatic.size() + 1);
    // ssh would take these for its own.
    const bool is_strange = echo != one_line(echo) || echo.find_first_of(":\\%$\"'[] ") != echo.npos;
    if (echo.starts_with('/') && (is_strange || echo.size() >= longest_socket_path))
        throw ConfigError(fmt::format("invalid echo socket \"{}\": ssh cannot forward to such a path", echo));
    if (echo.starts_with('/'))
        return EchoPlace{.port = 0, .path = echo};
    const auto number = parse_integer(echo);
    if (!number || *number <= 0 || *number > 65535)
        throw ConfigError(fmt::format("invalid echo service \"{}\" (auto:PORT or auto:/PATH)", echo));
    return EchoPlace{.port = static_cast<std::uint16_t>(*number), .path = ""};
}

std::optional<MonitorPorts> parse_monitor_ports(const std::string& text)
{
    const auto colon = text.find(':');
    MonitorPorts ports;

    if (colon != std::string::npos) {
        const std::string echo = text.substr(colon + 1);
        const auto number = parse_integer(echo);
        if (!number || *number <= 0 || *number > 65535)
            throw ConfigError(fmt::format("invalid echo port  \"{}\"", echo));  // two spaces: the reference's
        ports.echo_port = static_cast<std::uint16_t>(*number);
    }

    const std::string base = text.substr(0, colon);
    const auto number = parse_integer(base);
    if (!number)
        throw ConfigError(fmt::format("invalid port \"{}\"", base));
    if (*number == 0)
        return std::nullopt;
    if (*number < 0 || *number > 65534)
        throw ConfigError(fmt::format("monitor port ({}) out of range", *number));
    ports.port = static_cast<std::uint16_t>(*number);
    return ports;
}

}  // namespace autossh
