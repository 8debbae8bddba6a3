#include "autossh/program/kept_tunnels.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/login/secret_setup.hpp"

#include <system_error>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

void make_absolute(std::string& path)
{
    std::error_code error;
    path = absolute_path(path, error);
    if (error)
        throw std::system_error(error, fmt::format("the directory that {} is in", path));
}

void make_paths_absolute(TunnelSettings& tunnel)
{
    for (SecretRule& rule : tunnel.secrets) {
        SecretSource& source = rule.source;
        if (source.kind == SecretSource::Kind::file && !source.name.starts_with("~/"))
            make_absolute(source.name);
        if (source.kind == SecretSource::Kind::command &&
            source.command.front().find('/') != std::string::npos)
            make_absolute(source.command.front());
    }
    if (tunnel.ssh.file.find('/') != std::string::npos)
        make_absolute(tunnel.ssh.file);
}

}  // namespace

void make_paths_absolute(Settings& process)
{
    if (!process.pid_file.empty())
        make_absolute(process.pid_file);
}

KeptTunnels kept_tunnel(Settings& settings, const InheritedSignals& inherited)
{
    KeptTunnels kept;
    if (settings.background)
        make_paths_absolute(settings.tunnel);  // before the store of secrets has them
    kept.tunnels.push_back({settings.tunnel, take_secrets(settings.tunnel, inherited)});
    return kept;
}

KeptTunnels kept_tunnels(FleetPlan& plan, const InheritedSignals& inherited)
{
    KeptTunnels kept;
    kept.fleet = plan.name;
    kept.starts = plan.starts;
    for (FleetTunnel& tunnel : plan.tunnels) {
        if (!tunnel.enabled) {
            ++kept.disabled;
            continue;
        }
        try {
            TunnelSettings& settings = tunnel.settings.tunnel;
            make_paths_absolute(settings);
            kept.tunnels.push_back({settings, take_secrets(settings, inherited), tunnel.notices});
        } catch (const ConfigError& error) {
            plan.errors.add(tunnel.at, fmt::format("tunnel \"{}\": {}", tunnel.name, error.what()));
        }
    }
    return kept;
}

}  // namespace autossh
