#include "autossh/base/descriptors.hpp"
#include "autossh/base/errors.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/import_write.hpp"
#include "autossh/ctl/running_autosshs.hpp"
#include "autossh/import/command.hpp"
#include "autossh/import/imported_table.hpp"
#include "autossh/import/kind.hpp"
#include "autossh/program/fleet_check.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/settings/table.hpp"

#include <array>
#include <optional>
#include <system_error>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t longest_source = 4UL * 1024 * 1024;

std::string directory_here()
{
    std::error_code error;
    std::string directory = absolute_path(".", error);
    return error ? "" : without_dots(directory);
}

/// Nothing: it cannot be read, or is longer than any.
std::optional<std::string> standard_input()
{
    std::string text;
    std::array<char, 8192> part;
    ssize_t size = 0;
    while ((size = read_some(STDIN_FILENO, part)) > 0 && text.size() <= longest_source)
        text.append(part.data(), static_cast<std::size_t>(size));
    return size < 0 || text.size() > longest_source ? std::nullopt : std::optional(text);
}

/// "autossh@home.service" may be there as its template alone.
std::optional<std::string> text_of_source(const std::string& path)
{
    if (path == "-")
        return standard_input();
    auto text = text_of_file(path, longest_source);
    const std::size_t at = path.rfind('@');
    if (!text && at != path.npos && path.ends_with(".service"))
        text = text_of_file(path.substr(0, at + 1) + ".service", longest_source);
    return text;
}

/// A unit may be named without its place: then it is where systemd finds it, a user's own first.
std::string path_of_source(const std::string& path, const Environment& environment)
{
    if (path.find('/') != path.npos || !path.ends_with(".service") || text_of_source(path))
        return path;
    const std::string home = environment("HOME").value_or("") + "/.config";
    const std::string own = environment("XDG_CONFIG_HOME").value_or(home);
    for (const std::string& place :
         {own + "/systemd/user", std::string("/etc/systemd/user"), std::string("/etc/systemd/system"),
          std::string("/run/systemd/system"), std::string("/usr/lib/systemd/system"),
          std::string("/lib/systemd/system")})
        if (std::string found = fmt::format("{}/{}", place, path); text_of_source(found))
            return found;
    return path;
}

Imported imported_source(const std::string& path, const std::string& kind, const ImportMachine& machine)
{
    auto text = text_of_source(path);
    if (!text)
        return {{}, {fmt::format("{} cannot be read", path == "-" ? "standard input" : path)}};
    std::error_code error;
    const std::string absolute = path == "-" ? path : without_dots(absolute_path(path, error));
    const ImportSource source{error ? path : absolute, std::move(*text)};
    const ImportKind* const its = kind.empty() ? guessed_import_kind(source) : import_kind(kind);
    if (its == nullptr)
        return {{}, {fmt::format("{}: what kind of file this is cannot be seen: say it with --from", path)}};
    return its->read(source, machine);
}

/// Behind "--", with the variables of ours that count for it.
Imported imported_words(const std::vector<std::string>& words, const Environment& environment)
{
    ImportedTunnel like{.source = "the words behind --"};
    like.directory = directory_here();
    like.ending = "end the autossh that has these words";
    for (const Setting& setting : setting_table())
        if (const auto value = environment(setting.variable))
            like.environment.emplace_back(setting.variable, *value);
    Imported found = tunnels_of_command(words, like, environment);
    if (found.tunnels.empty() && found.errors.empty())
        found.errors.emplace_back("the words behind -- start no autossh: -- autossh WORDS is expected");
    return found;
}

Imported all_imported(const CtlCommand& command, const Environment& environment)
{
    const FleetFiles files = fleet_files();
    const ImportMachine machine{[](const std::string& path) { return text_of_file(path, longest_source); },
                                files.matching, environment};
    Imported found;
    for (const std::string& path : command.sources)
        found.add(imported_source(path_of_source(path, environment), command.from, machine));
    if (!command.words.empty())
        found.add(imported_words(command.words, environment));
    if (command.running)
        found.add(running_autosshs());
    return found;
}

}  // namespace

int import_tunnels(const CtlCommand& command, const Environment& environment)
{
    Imported found = all_imported(command, environment);
    if (!command.name.empty() && found.tunnels.size() > 1)
        throw UsageError(fmt::format("--name is for one tunnel, and there are {}", found.tunnels.size()));
    std::set<std::string> taken;
    std::vector<ImportedTable> tables;
    for (ImportedTunnel& tunnel : found.tunnels) {
        if (!command.name.empty())
            tunnel.name = command.name;
        ImportedTable table = imported_table(tunnel, taken);
        if (table.error.empty())
            tables.push_back(std::move(table));
        else
            found.errors.push_back(table.error);
    }
    for (const std::string& error : found.errors)
        complain(error);
    const int exit_status = found.errors.empty() ? 0 : ctl_exit::configuration;
    if (command.write && exit_status == 0)
        return write_imported(tables, command.file.empty() ? default_fleet_file(environment) : command.file,
                              environment);
    if (command.write)
        complain("nothing is written");
    std::string text;
    for (const ImportedTable& table : tables)
        text += (text.empty() ? "" : "\n") + table.text;
    if (!command.write)
        print_all(text);
    return exit_status;
}

}  // namespace autossh
