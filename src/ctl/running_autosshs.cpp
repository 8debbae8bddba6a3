#include "autossh/ctl/running_autosshs.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/program/origin.hpp"
#include "autossh/settings/scan.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>
#include <exception>
#include <optional>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Those of 1.4g as Debian has it: its script chooses a port where none is given.
constexpr std::string_view wrapped_reference = "/usr/lib/autossh/autossh";
constexpr std::int64_t first_chosen_port = 0x8000;

bool is_ours(const std::string& directory)
{
    struct stat status {};
    return ::stat(directory.c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

std::optional<ImportedVariables> variables_of_process(const std::string& directory)
{
    const auto text = text_of_file(directory + "/environ");
    if (!text || text->empty())
        return std::nullopt;
    ImportedVariables variables;
    for (std::string_view rest = *text; !rest.empty();) {
        const std::string_view variable = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(variable.size() + 1, rest.size()));
        const std::size_t equals = std::min(variable.find('='), variable.size());
        variables.emplace_back(variable.substr(0, equals),
                               variable.substr(std::min(equals + 1, variable.size())));
    }
    return variables;
}

std::optional<std::string> variable_in(const ImportedVariables& variables, std::string_view name)
{
    const auto found = std::ranges::find(variables, name, &std::pair<std::string, std::string>::first);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
}

bool keeps_fleet(const std::vector<std::string>& words)
{
    return words[words.front() == "-f" && words.size() > 1 ? 1 : 0] == "--fleet";
}

bool has_monitor_option(const std::vector<std::string>& words)
{
    Settings settings;
    Scan scan(words, settings);
    try {
        scan.run();
    } catch (const std::exception&) {
        return false;
    }
    return scan.monitor_port.has_value();
}

void take_environment(ImportedTunnel& tunnel, const ImportedVariables& variables,
                      const std::string& directory)
{
    for (const auto& [name, value] : variables) {
        const auto port = name == "AUTOSSH_PORT" ? parse_integer(value) : std::nullopt;
        const bool is_chosen = port && *port >= first_chosen_port && !has_monitor_option(tunnel.words) &&
                               link_target(directory + "/exe").value_or("") == wrapped_reference;
        if (is_chosen)
            tunnel.notes.push_back(
                fmt::format("AUTOSSH_PORT={} is left out, as Debian's script chooses such a "
                            "port: a test needs none",
                            value));
        else if (name.starts_with("AUTOSSH_"))
            tunnel.environment.emplace_back(name, value);
    }
    if (const auto agent = variable_in(variables, "SSH_AUTH_SOCK"))
        tunnel.notes.push_back(fmt::format(
            "its ssh asks the agent at {}: environment = {{ SSH_AUTH_SOCK = ... }} names one", *agent));
}

/// -f works in / from then on.
std::string directory_of_words(const std::string& directory, const ImportedVariables& variables)
{
    const std::string now = link_target(directory + "/cwd").value_or("");
    return now == "/" ? variable_in(variables, "PWD").value_or(now) : now;
}

std::string way_to_end(pid_t pid, const std::string& directory)
{
    const Origin origin = origin_by_cgroup(text_of_file(directory + "/cgroup").value_or(""));
    if (!origin.unit.empty())
        return fmt::format("systemctl {}disable --now {}", origin.is_users_unit ? "--user " : "",
                           origin.unit);
    return fmt::format("kill {}, and take it out of what starts it", pid);
}

}  // namespace

Imported running_autosshs()
{
    Imported found;
    for (const pid_t pid : numbers_in("/proc")) {
        const std::string directory = fmt::format("/proc/{}", pid);
        std::vector<std::string> words = words_of_process(pid);
        if (words.empty() || file_name_of(words.front()) != "autossh" || !is_ours(directory))
            continue;
        words.erase(words.begin());
        if (words.empty() || words.front() == "--check" || keeps_fleet(words))
            continue;
        ImportedTunnel tunnel{.source = fmt::format("process {}", pid)};
        tunnel.words = std::move(words);
        const auto variables = variables_of_process(directory);
        if (!variables)
            tunnel.notes.emplace_back("its environment cannot be read: AUTOSSH_ variables may be missing");
        take_environment(tunnel, variables.value_or(ImportedVariables()), directory);
        tunnel.directory = directory_of_words(directory, variables.value_or(ImportedVariables()));
        tunnel.ending = way_to_end(pid, directory);
        found.tunnels.push_back(std::move(tunnel));
    }
    if (found.tunnels.empty())
        found.errors.emplace_back("no autossh of this user runs that keeps a tunnel of its own");
    return found;
}

}  // namespace autossh
