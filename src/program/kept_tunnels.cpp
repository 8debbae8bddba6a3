#include "autossh/program/kept_tunnels.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/login/secret_setup.hpp"

#include <system_error>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// `directory`: that it is in; empty: the one we work in.
void make_absolute(std::string& path, const std::string& directory = {})
{
    if (!directory.empty()) {
        path = path.starts_with('/') ? path : fmt::format("{}/{}", directory, path);
        return;
    }
    std::error_code error;
    path = absolute_path(path, error);
    if (error)
        throw std::system_error(error, fmt::format("the directory that {} is in", path));
}

void make_paths_absolute(TunnelSettings& tunnel, const std::string& directory = {})
{
    for (SecretRule& rule : tunnel.secrets) {
        SecretSource& source = rule.source;
        if (source.kind == SecretSource::Kind::file && !source.name.starts_with("~/"))
            make_absolute(source.name, directory);
        if (source.kind == SecretSource::Kind::command &&
            source.command.front().find('/') != std::string::npos)
            make_absolute(source.command.front(), directory);
    }
    if (tunnel.ssh.file.find('/') != std::string::npos)
        make_absolute(tunnel.ssh.file, directory);
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
    kept.versions.emplace(inherited);
    kept.tunnels.push_back({nullptr, settings.tunnel, take_secrets(settings.tunnel, *kept.versions)});
    if (!settings.state_directory.empty()) {
        make_absolute(settings.state_directory);
        kept.ledger.emplace(settings.state_directory);
    }
    return kept;
}

std::list<KeptTunnel> kept_tunnels(FleetPlan& plan, const std::string& directory)
{
    std::list<KeptTunnel> kept;
    SettingSources last;
    for (FleetTunnel& tunnel : std::exchange(plan.tunnels, {})) {
        const auto definition = std::make_shared<FleetTunnel>(std::move(tunnel));
        std::exchange(definition->keys, {});  // for --explain alone: with their memory
        definition->settings.sources.share(last);
        last = definition->settings.sources;
        make_paths_absolute(definition->settings.tunnel, directory);
        kept.push_back({definition, definition->settings.tunnel});
    }
    return kept;
}

bool take_secrets(KeptTunnel& kept, SshVersions& versions, FleetErrors& errors)
{
    try {
        kept.secrets = take_secrets(kept.settings, versions);
    } catch (const ConfigError& error) {
        errors.add(kept.definition->at,
                   fmt::format("tunnel \"{}\": {}", kept.definition->name, error.what()));
    }
    return kept.secrets.has_value();
}

}  // namespace autossh
