#include "autossh/program/fleet_check.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/program/kept_tunnels.hpp"
#include "autossh/settings/fleet.hpp"

#include <algorithm>
#include <list>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

std::string default_fleet_file(const Environment& environment)
{
    if (::geteuid() == 0)
        return "/etc/autossh/fleet.toml";
    const std::string home = environment("HOME").value_or("");
    const std::string directory = environment("XDG_CONFIG_HOME").value_or("");
    if (directory.empty() && home.empty())
        throw UsageError("--fleet needs a file: neither XDG_CONFIG_HOME nor HOME is set");
    return fmt::format("{}/autossh/fleet.toml", directory.empty() ? home + "/.config" : directory);
}

std::string default_fleet_file_or_none(const Environment& environment)
{
    try {
        return default_fleet_file(environment);
    } catch (const UsageError&) {
        return "";
    }
}

FleetCheck checked_fleet(const std::string& path, const std::optional<std::string>& text,
                         const Environment& environment)
{
    FleetFiles files = fleet_files();
    if (text)
        files.read = [&path, &text](const std::string& named) {
            return named == path ? FleetFile{*text} : read_guarded_file(named);
        };
    return checked_fleet(path, files, environment);
}

FleetCheck checked_fleet(const std::string& path, const FleetFiles& files, const Environment& environment)
{
    Settings process;
    if (const auto ssh = environment("AUTOSSH_PATH"); ssh && !ssh->empty())
        process.ssh_path = *ssh;
    FleetPlan plan = read_fleet(path, files, process);
    FleetCheck check{std::move(plan.errors), plan.tunnels.size(), 0, plan.hub.has_value()};
    check.disabled = static_cast<std::size_t>(std::ranges::count(plan.tunnels, false, &FleetTunnel::enabled));
    if (!check.errors.empty())
        return check;
    const InheritedSignals inherited;
    SshVersions versions(inherited);
    std::list<KeptTunnel> kept = kept_tunnels(plan);
    for (KeptTunnel& tunnel : kept)  // as for a start: whether the secrets are there
        if (tunnel.is_enabled())
            take_secrets(tunnel, versions, check.errors);
    return check;
}

std::string no_mistakes_in(const std::string& path, const FleetCheck& check)
{
    return fmt::format("{}: {} tunnel{}{}{}, no mistakes", path, check.tunnels, check.tunnels == 1 ? "" : "s",
                       check.disabled == 0 ? "" : fmt::format(" ({} not enabled)", check.disabled),
                       check.has_hub ? " and a hub" : "");
}

}  // namespace autossh
