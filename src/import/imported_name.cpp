#include "autossh/import/imported_table.hpp"
#include "autossh/settings/fleet_keys.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t longest_fleet_name = 64;

bool is_of_name(char letter)
{
    return is_fleet_name(std::string("a") + letter);
}

}  // namespace

std::string host_of_destination(const std::string& destination)
{
    constexpr std::string_view scheme = "ssh://";
    std::string host = destination.substr(destination.rfind('@') + 1);
    if (!destination.starts_with(scheme))
        return host;
    if (host.starts_with(scheme))
        host.erase(0, scheme.size());
    if (host.starts_with('['))
        return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find_first_of(":/"));
}

std::string imported_name(const std::string& wanted, const std::set<std::string>& taken)
{
    std::string name;
    for (const char letter : wanted)
        if (is_of_name(letter))
            name += letter;
        else if (!name.empty() && name.back() != '-')
            name += '-';
    while (name.ends_with('-'))
        name.pop_back();
    name.erase(0, name.find_first_not_of('-'));
    name.resize(std::min(name.size(), longest_fleet_name));
    if (!is_fleet_name(name))
        name = "tunnel";
    std::string unique = name;
    for (int number = 2; taken.contains(unique); ++number) {
        const std::string end = fmt::format("-{}", number);
        unique = name.substr(0, longest_fleet_name - end.size()) + end;
    }
    return unique;
}

}  // namespace autossh
