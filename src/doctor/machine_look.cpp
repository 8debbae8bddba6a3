#include "autossh/doctor/machine_look.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/doctor/process_facts.hpp"
#include "autossh/doctor/program_output.hpp"
#include "autossh/program/fleet_start.hpp"
#include "autossh/program/origin.hpp"
#include "autossh/settings/nearest.hpp"
#include "autossh/settings/table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <limits>

#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Files of /proc and /sys say that they are empty.
std::string kernel_text(const std::string& path)
{
    std::string text;
    if (std::FILE* const file = std::fopen(path.c_str(), "re")) {
        std::array<char, 4096> piece;
        for (std::size_t size = 0; (size = std::fread(piece.data(), 1, piece.size(), file)) > 0;)
            text.append(piece.data(), size);
        std::fclose(file);
    }
    return text;
}

std::optional<std::uint64_t> number_of(const std::string& word)
{
    const auto number = parse_integer(word);
    return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

/// proc(5), "limits": soft, then hard.
std::optional<std::uint64_t> hard_limit_of_files(pid_t keeper)
{
    if (keeper == 0) {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        return limit.rlim_max == RLIM_INFINITY ? std::nullopt : std::optional<std::uint64_t>(limit.rlim_max);
    }
    for (const std::string& line : lines_of(kernel_text(fmt::format("/proc/{}/limits", keeper))))
        if (const auto words = words_of(line); line.starts_with("Max open files") && words.size() > 4)
            return number_of(words[4]);
    return std::nullopt;
}

/// The least of the group's pids.max and those above it.
std::optional<std::uint64_t> limit_of_tasks(const std::string& cgroup)
{
    std::optional<std::uint64_t> least;
    for (const std::string& line : lines_of(cgroup)) {
        if (!line.starts_with("0::"))
            continue;
        for (std::string path = line.substr(3); path.size() > 1; path.erase(path.rfind('/'))) {
            const std::string text = kernel_text(fmt::format("/sys/fs/cgroup{}/pids.max", path));
            const auto number = number_of(std::string(without_blanks(text)));
            if (number && (!least || *number < *least))
                least = number;
        }
    }
    return least;
}

std::string unit_state(const std::string& unit, bool is_users)
{
    std::vector<std::string> words{"systemctl"};
    if (is_users)
        words.emplace_back("--user");
    words.insert(words.end(), {"is-enabled", unit});
    const auto output = output_of({"systemctl", words}, std::chrono::seconds(5));
    return one_line(without_blanks(output.out));
}

}  // namespace

LimitsLook look_at_limits(std::size_t tunnels, pid_t keeper)
{
    LimitsLook look;
    look.tunnels = tunnels;
    look.open_files = hard_limit_of_files(keeper);
    const std::string process = keeper == 0 ? "self" : std::to_string(keeper);
    const std::string cgroup = kernel_text(fmt::format("/proc/{}/cgroup", process));
    look.tasks = limit_of_tasks(cgroup);
    look.unit = origin_by_cgroup(cgroup).unit;
    return look;
}

BootLook look_at_boot(pid_t keeper, bool as_fleet)
{
    BootLook look;
    struct stat running {};
    look.has_systemd = ::stat("/run/systemd/system", &running) == 0;
    if (!look.has_systemd)
        return look;
    look.user = own_user_name();
    look.lingers = ::stat(fmt::format("/var/lib/systemd/linger/{}", look.user).c_str(), &running) == 0;
    if (keeper > 0) {
        const Origin origin = origin_by_cgroup(kernel_text(fmt::format("/proc/{}/cgroup", keeper)));
        look.unit = origin.unit;
        look.is_users = origin.is_users_unit;
    } else if (as_fleet) {
        look.unit = "autossh-fleet.service";
        look.is_users = ::geteuid() != 0;
    }
    if (!look.unit.empty())
        look.enabled = unit_state(look.unit, look.is_users);
    return look;
}

ClockLook look_at_clock(bool matters)
{
    ClockLook look;
    look.now = std::time(nullptr);
    look.matters = matters;
    timex state{};
    const int answer = ::adjtimex(&state);
    look.is_synchronised = answer < 0 || (state.status & STA_UNSYNC) == 0;
    return look;
}

RoomLook look_at_room(const std::string& purpose, const std::string& directory)
{
    RoomLook look;
    look.purpose = purpose;
    look.directory = directory;
    struct statvfs room {};
    if (::statvfs(directory.c_str(), &room) != 0 || ::access(directory.c_str(), W_OK | X_OK) != 0) {
        look.is_missing = errno == ENOENT;
        look.trouble = std::strerror(errno);
        return look;
    }
    look.bytes = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
    look.files = room.f_files == 0 ? std::numeric_limits<std::uint64_t>::max() : room.f_favail;
    return look;
}

std::vector<VariableLook> look_at_variables(const Variables& variables, bool for_fleet)
{
    std::vector<std::string_view> known{"AUTOSSH_ASKPASS_SOCKET"};
    for (const Setting& setting : setting_table())
        known.push_back(setting.variable);
    const Environment environment = looked_up_in(variables);
    const std::vector<std::string> warnings =
        for_fleet ? warnings_for_fleet(environment, 0, std::numeric_limits<std::size_t>::max())
                  : std::vector<std::string>{};
    std::vector<VariableLook> looks;
    for (const auto& [variable, value] : variables) {
        if (!variable.starts_with("AUTOSSH_"))
            continue;
        VariableLook look;
        look.name = variable;
        look.is_known = std::ranges::find(known, variable) != known.end();
        if (!look.is_known)
            look.meant = std::string(nearest(variable, known).value_or(""));
        for (const std::string& warning : warnings)
            if (warning.starts_with(variable + " "))
                look.warning = warning;
        looks.push_back(std::move(look));
    }
    return looks;
}

std::optional<std::string> file_of_fleet_words(std::span<const std::string> words, const Variables& variables)
{
    if (!asks_for_fleet(words))
        return std::nullopt;
    Settings settings;
    return read_fleet_arguments(words, looked_up_in(variables), settings);
}

}  // namespace autossh
