#include "autossh/import/same_outcome.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/import/ssh_words.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/settings/fleet.hpp"
#include "autossh/settings/poll_times.hpp"
#include "autossh/settings/table.hpp"

#include <algorithm>

namespace autossh {

namespace {

constexpr std::string_view file_in_memory = "imported.toml";

/// Throws ConfigError.
Settings settings_by_words(const ImportedTunnel& tunnel)
{
    Settings settings;
    const auto variable = [&](std::string_view name) -> std::optional<std::string> {
        const auto found =
            std::ranges::find(tunnel.environment, name, &std::pair<std::string, std::string>::first);
        return found == tunnel.environment.end() ? std::nullopt : std::optional(found->second);
    };
    read_environment(variable, settings);
    read_command_line(tunnel.words, settings);
    settle_poll_times(settings);
    settle_net_timeout(settings.tunnel);
    return settings;
}

FleetPlan plan_of(const std::string& text)
{
    FleetFiles files;
    files.read = [&text](const std::string&) { return FleetFile{text}; };
    files.matching = [](const std::string&) { return std::vector<std::string>(); };
    files.ssh_hosts = [] { return std::vector<std::string>(); };
    return read_fleet(std::string(file_in_memory), files, Settings());
}

bool run_same_ssh(const Command& one, const Command& other)
{
    const auto words = read_ssh_words(std::span(one.arguments).subspan(1));
    const auto others = read_ssh_words(std::span(other.arguments).subspan(1));
    if (!words || !others)
        return one.file == other.file && one.arguments == other.arguments;
    return one.file == other.file && have_same_meaning(*words, *others);
}

/// All but what a fleet has by default, or adds.
bool have_same_rules(TunnelSettings one, const TunnelSettings& other)
{
    if (!one.gate_given)
        one.gate_time = other.gate_time;
    one.gate_given = other.gate_given;
    if (one.message.empty())
        one.message = other.message;
    if (other.restart == RestartPolicy::always)
        one.restart = other.restart;
    one.restart_after_success = other.restart_after_success;
    one.name = other.name;
    one.ssh = other.ssh;
    one.forwards = other.forwards;
    one.attended = other.attended;
    return one == other;
}

}  // namespace

std::string difference_from(const ImportedTunnel& expected, const std::string& name, const std::string& text)
{
    const FleetPlan plan = plan_of(text);
    if (!plan.errors.empty())
        return plan.errors.all().front().text;
    const auto found = std::ranges::find(plan.tunnels, name, &FleetTunnel::name);
    if (found == plan.tunnels.end())
        return "the tunnel is not there";
    try {
        const Settings wanted = settings_by_words(expected);
        const TunnelSettings& made = found->settings.tunnel;
        if (!run_same_ssh(wanted.tunnel.ssh, made.ssh))
            return "no table has ssh get the same words";
        return have_same_rules(wanted.tunnel, made) ? "" : "no table has autossh keep it by the same rules";
    } catch (const ConfigError& error) {
        return *error.what() == '\0' ? "no destination is given" : error.what();
    }
}

}  // namespace autossh
