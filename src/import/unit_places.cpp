#include "autossh/import/unit_places.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Where systemd looks for the units of a machine or a user, the place that wins first.
std::vector<std::string> unit_directories(const std::string& directory, const ImportMachine& machine)
{
    const bool is_users = directory.ends_with("/systemd/user");
    std::vector<std::string> all{directory};
    if (!is_users && !directory.ends_with("/systemd/system"))
        return all;
    const std::string home = machine.variable("HOME").value_or("");
    all.clear();
    if (is_users) {
        all.push_back(machine.variable("XDG_CONFIG_HOME").value_or(home + "/.config") + "/systemd/user");
        if (!home.empty())
            all.push_back(home + "/.config/systemd/user");
    }
    for (const std::string_view place : {"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"})
        all.push_back(fmt::format("{}/systemd/{}", place, is_users ? "user" : "system"));
    if (std::ranges::find(all, directory) == all.end())
        all.insert(all.begin(), directory);
    return all;
}

/// "a-b@c.service", "a-b@.service", "a-.service": whose drop-ins count, the closest first.
std::vector<std::string> names_of_drop_ins(const std::string& unit)
{
    std::vector<std::string> names{unit};
    const std::size_t at = unit.find('@');
    std::string stem = unit.substr(0, std::min(at, unit.rfind('.')));
    if (at != unit.npos && !unit.substr(at + 1).starts_with('.'))
        names.push_back(stem + "@.service");
    const std::string behind = at == unit.npos ? ".service" : "@.service";
    for (std::size_t hyphen = stem.rfind('-', stem.size() - 2); hyphen != stem.npos && hyphen > 0;
         hyphen = stem.rfind('-', hyphen - 1))
        names.push_back(stem.substr(0, hyphen + 1) + behind);
    return names;
}

}  // namespace

std::vector<std::string> drop_ins_of_unit(const std::string& path, const ImportMachine& machine)
{
    const std::string unit = file_name_of(path);
    std::map<std::string, std::string> by_name;
    const auto directories = unit_directories(std::string(directory_part(path)), machine);
    std::vector<std::string> names = names_of_drop_ins(unit);
    if (directories.size() > 1)
        names.emplace_back("service");
    for (const std::string& name : names)
        for (const std::string& directory : directories)
            for (const std::string& found : machine.matching(fmt::format("{}/{}.d/*.conf", directory, name)))
                by_name.emplace(file_name_of(found), found);
    std::vector<std::string> paths;
    for (const auto& [name, found] : by_name)
        paths.push_back(found);
    return paths;
}

std::string unescaped_unit_name(const std::string& name)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string made;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const std::size_t high = i + 3 < name.size() ? digits.find(name[i + 2]) : digits.npos;
        const std::size_t low = i + 3 < name.size() ? digits.find(name[i + 3]) : digits.npos;
        if (name.compare(i, 2, "\\x") == 0 && high != digits.npos && low != digits.npos) {
            made += static_cast<char>(high * 16 + low);
            i += 3;
        } else {
            made += name[i] == '-' ? '/' : name[i];
        }
    }
    return made;
}

std::optional<ImportedVariables> variables_of_user(const std::string& user, const ImportMachine& machine)
{
    for (const std::string& line : lines_of(machine.read("/etc/passwd").value_or(""))) {
        std::vector<std::string> fields{""};
        for (const char letter : line)
            if (letter == ':')
                fields.emplace_back();
            else
                fields.back() += letter;
        if (fields.size() == 7 && (fields[0] == user || fields[2] == user))
            return ImportedVariables{
                {"HOME", fields[5]}, {"LOGNAME", fields[0]}, {"SHELL", fields[6]}, {"USER", fields[0]}};
    }
    return std::nullopt;
}

}  // namespace autossh
