#include "autossh/doctor/machine_check.hpp"

#include "autossh/program/fleet_start.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

/// Of which nobody has a machine any more.
constexpr std::int64_t this_program_is_newer = 1704067200;  // 2024

constexpr std::uint64_t little_room = 1024UL * 1024;

/// Each ssh, and a jump host's, and what a supervisor and its questions take.
std::size_t tasks_for(std::size_t tunnels)
{
    return 2 * tunnels + 16;
}

}  // namespace

Findings limit_findings(const LimitsLook& look)
{
    Findings findings;
    const std::size_t files = descriptors_for(look.tunnels);
    const std::size_t tasks = tasks_for(look.tunnels);
    const std::string where = look.unit.empty() ? "" : fmt::format(" in {}", look.unit);
    if (look.open_files && *look.open_files < files)
        findings.push_back(doubtful("limits",
                                    fmt::format("{} tunnels may need {} open files, and the limit is {}",
                                                look.tunnels, files, *look.open_files),
                                    look.unit.empty() ? fmt::format("ulimit -n {}", files)
                                                      : fmt::format("LimitNOFILE={}{}", files, where)));
    if (look.tasks && *look.tasks < tasks)
        findings.push_back(doubtful("limits",
                                    fmt::format("{} tunnels may need {} processes, and the limit is {}",
                                                look.tunnels, tasks, *look.tasks),
                                    fmt::format("TasksMax={}{}", tasks, where)));
    if (findings.empty())
        findings.push_back(fine("limits", "enough open files and processes"));
    return findings;
}

Findings boot_findings(const BootLook& look)
{
    if (!look.has_systemd || look.unit.empty())
        return {};
    const std::string manager = look.is_users ? "systemctl --user" : "systemctl";
    Findings findings;
    if (look.enabled == "disabled")
        findings.push_back(doubtful("boot", fmt::format("{} is not started at boot", look.unit),
                                    fmt::format("{} enable {}", manager, look.unit)));
    else if (!look.enabled.empty())
        findings.push_back(fine("boot", fmt::format("{} is {}", look.unit, look.enabled)));
    if (look.is_users && !look.lingers)
        findings.push_back(doubtful(
            "boot",
            fmt::format("the services of {} start with the first log-in, and end with the last", look.user),
            fmt::format("loginctl enable-linger {}", look.user)));
    return findings;
}

Findings clock_findings(const ClockLook& look)
{
    if (look.now < this_program_is_newer)
        return {failing("clock", "the clock is years behind, so no certificate is valid",
                        "set it (date -s), or have it set: timedatectl set-ntp true")};
    if (look.matters && !look.is_synchronised)
        return {doubtful("clock", "the clock is not synchronised, and certificates depend on it",
                         "timedatectl set-ntp true")};
    return {fine("clock", look.is_synchronised
                              ? "the clock is synchronised"
                              : "the clock is not synchronised, and no certificate needs it")};
}

Findings room_findings(const RoomLook& look)
{
    if (!look.trouble.empty())
        return {failing(
            "room", fmt::format("{} cannot be written in {}: {}", look.purpose, look.directory, look.trouble),
            look.is_missing ? fmt::format("mkdir -p {}", look.directory)
                            : fmt::format("make {} writable for this user", look.directory))};
    if (look.bytes < little_room || look.files == 0)
        return {failing("room", fmt::format("{} has no room for {}", look.directory, look.purpose),
                        fmt::format("make room: df -h {0}; df -i {0}", look.directory))};
    return {fine("room", fmt::format("{} has room for {}", look.directory, look.purpose))};
}

Findings variable_findings(const std::vector<VariableLook>& look)
{
    Findings findings;
    for (const VariableLook& variable : look) {
        if (!variable.is_known)
            findings.push_back(doubtful("environment",
                                        fmt::format("{} is no variable of autossh", variable.name),
                                        variable.meant.empty() ? fmt::format("unset {}", variable.name)
                                                               : fmt::format("write {}", variable.meant)));
        else if (!variable.warning.empty())
            findings.push_back(
                doubtful("environment", variable.warning, fmt::format("unset {}", variable.name)));
        else
            findings.push_back(fine("environment", fmt::format("{} counts", variable.name)));
    }
    return findings;
}

}  // namespace autossh
