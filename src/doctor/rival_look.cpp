#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/base/text.hpp"
#include "autossh/doctor/looks.hpp"
#include "autossh/doctor/process_facts.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/client_program.hpp"
#include "autossh/ssh/listening_places.hpp"
#include "autossh/system/private_directory.hpp"
#include "autossh/system/process_stat.hpp"
#include "autossh/system/process_tree.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t most_others = 64;

/// What an autossh of ours has written down: see tunnel/rivals.
std::vector<std::string> written_claims(const std::string& directory)
{
    std::vector<std::string> claims = lines_of(text_of_file(directory + "/forwards").value_or(""));
    std::error_code error;
    for (const std::string& name : names_in(directory, error))
        for (const std::string& line :
             lines_of(text_of_file(fmt::format("{}/{}/forwards", directory, name)).value_or("")))
            claims.push_back(line);
    return claims;
}

/// Words that would have it write somewhere, or do something else than tell what it would do.
bool take_out_log(std::vector<std::string>& words)
{
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i] == "-O" || words[i] == "-G" || words[i] == "-Q" || words[i] == "-W")
            return false;
        if (words[i] == "-E" && i + 1 < words.size()) {
            words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                        words.begin() + static_cast<std::ptrdiff_t>(i + 2));
            --i;
        }
    }
    return words.size() > 1;
}

std::string program_of(pid_t pid)
{
    const std::string path = link_target(fmt::format("/proc/{}/exe", pid)).value_or("");
    return path.substr(path.rfind('/') + 1);
}

std::optional<OtherClient> other_ssh(pid_t pid)
{
    std::vector<std::string> words = arguments_of(pid);
    if (words.empty() || program_of(pid) != "ssh" || !take_out_log(words))
        return std::nullopt;
    OtherClient other;
    other.pid = pid;
    const std::string file = link_target(fmt::format("/proc/{}/exe", pid)).value_or("ssh");
    if (!may_be_asked(file))
        return std::nullopt;
    const WorkingDirectory there(directory_of(pid));
    Failure complaint;
    const auto config = ask_configuration({file, words}, complaint);
    if (!config)
        return std::nullopt;
    other.claims = claims_of_granted(listening_places(*config), {});
    const pid_t parent = parent_of(pid).value_or(0);
    if (const std::string name = name_of_process(parent); name.starts_with("autossh")) {
        other.keeper = "autossh";
        other.keeper_pid = parent;
    }
    return other;
}

}  // namespace

std::vector<OtherClient> look_for_others(pid_t keeper)
{
    std::vector<OtherClient> others;
    std::vector<pid_t> ours;
    for (const std::string& place : places_of_supervisors(environment_variable))
        for (const PrivateDirectory::Found& found : PrivateDirectory::find(place)) {
            if (found.error != 0 || found.owner != ::geteuid() || !PrivateDirectory::is_in_use(found.path))
                continue;
            ours.push_back(found.pid);
            if (found.pid == keeper)
                continue;
            others.push_back({found.pid, "autossh", found.pid, written_claims(found.path)});
        }
    std::size_t asked = 0;
    for (const pid_t pid : own_processes()) {
        if (asked == most_others)
            break;
        const bool is_ours =
            (keeper > 0 && descends_from(pid, keeper)) ||
            std::ranges::any_of(ours, [&](pid_t autossh) { return descends_from(pid, autossh); });
        if (is_ours || pid == ::getpid())
            continue;
        if (auto other = other_ssh(pid)) {
            ++asked;
            others.push_back(std::move(*other));
        }
    }
    return others;
}

}  // namespace autossh
