#include "autossh/system/supervisor_places.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/system/private_directory.hpp"

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
    const std::string directory = fmt::format("/auto-ssh.{}.", pid);
    const auto text = text_of_file("/proc/net/unix", std::size_t{64} * 1024 * 1024);
    std::vector<std::string> places;
    for (std::size_t at = 0; text && places.size() < most; at += directory.size()) {
        at = text->find(directory, at);
        if (at == text->npos)
            break;
        const std::size_t begin = text->rfind(" /", at);
        const std::size_t line = text->rfind('\n', at);
        const std::string_view end = std::string_view(*text).substr(at, text->find('\n', at) - at);
        if (begin != text->npos && line != text->npos && line < begin && end.ends_with("/status"))
            places.push_back(text->substr(begin + 1, at - begin - 1));
    }
    return places;
}

bool may_be_believed(const PrivateDirectory::Found& directory)
{
    return directory.owner == ::geteuid() || directory_part(directory.parent) == directories_of_services;
}

}  // namespace autossh
