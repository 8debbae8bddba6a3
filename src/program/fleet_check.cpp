#include "autossh/program/fleet_check.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/program/kept_tunnels.hpp"

#include <algorithm>

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

FleetPlan checked_fleet(const std::string& path, const std::optional<std::string>& text,
                        const Environment& environment)
{
    FleetFiles files = fleet_files();
    if (text)
        files.read = [&path, &text](const std::string& named) {
            return named == path ? FleetFile{*text} : read_guarded_file(named);
        };
    Settings process;
    if (const auto ssh = environment("AUTOSSH_PATH"); ssh && !ssh->empty())
        process.ssh_path = *ssh;
    FleetPlan plan = read_fleet(path, files, process);
    if (!plan.errors.empty())
        return plan;
    FleetPlan copy = plan;
    for (KeptTunnel& kept : kept_tunnels(copy))
        if (kept.is_enabled())
            take_secrets(kept, InheritedSignals(), plan.errors);
    return plan;
}

std::string no_mistakes_in(const std::string& path, const FleetPlan& plan)
{
    const std::size_t number = plan.tunnels.size();
    const auto disabled = std::ranges::count(plan.tunnels, false, &FleetTunnel::enabled);
    return fmt::format("{}: {} tunnel{}{}, no mistakes", path, number, number == 1 ? "" : "s",
                       disabled == 0 ? "" : fmt::format(" ({} not enabled)", disabled));
}

}  // namespace autossh
