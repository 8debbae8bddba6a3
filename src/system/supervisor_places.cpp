#include "autossh/system/supervisor_places.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/system/private_directory.hpp"
#include "autossh/system/unix_table.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <system_error>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Nothing where it cannot be read.
std::vector<std::string> directories_in(const std::string& parent)
{
    std::error_code ignored;
    std::vector<std::string> found = names_in(parent, ignored);
    for (std::string& name : found)
        name = fmt::format("{}/{}", parent, name);
    return found;
}

}  // namespace

std::vector<std::string> places_of_supervisors(const Environment& environment)
{
    std::vector<std::string> places;
    for (PrivateDirectory::Candidate& candidate : PrivateDirectory::candidates(environment)) {
        // By the name that a supervisor of ours has for it, so that no place is there twice.
        places.push_back(resolved_path(candidate.path).value_or(candidate.path));
    }
    places.push_back(fmt::format("/run/user/{}", ::geteuid()));
    std::ranges::copy(directories_in(std::string(directories_of_services)), std::back_inserter(places));
    if (::geteuid() == 0)
        std::ranges::copy(directories_in("/run/user"), std::back_inserter(places));
    std::ranges::sort(places);
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

std::vector<std::string> places_of_supervisor(pid_t pid)
{
    constexpr std::size_t most = 8;  // whoever makes more of them is none
    const std::string begins = fmt::format("/auto-ssh.{}.", pid);
    std::vector<std::string> places;
    for (const UnixSocket& socket : unix_sockets().value_or(std::vector<UnixSocket>())) {
        const std::string_view directory = directory_part(socket.name);
        const std::string_view place = directory_part(directory);
        if (places.size() < most && socket.name.starts_with('/') && socket.name.ends_with("/status") &&
            directory.substr(place.size()).starts_with(begins))
            places.emplace_back(place);
    }
    return places;
}

bool may_be_believed(const PrivateDirectory::Found& directory)
{
    return directory.owner == ::geteuid() || directory_part(directory.parent) == directories_of_services;
}

}  // namespace autossh
