#include "autossh/tunnel/rivals.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/text.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/ssh/listening_places.hpp"
#include "autossh/system/private_directory.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr Duration between_looks = std::chrono::seconds(2);
constexpr const char* file_name = "forwards";

/// The first in that file that is in the way of one of `wanted`; empty: none.
std::string found_in(const std::string& file, const std::vector<std::string>& wanted)
{
    const std::string text = text_of_file(file).value_or("");
    std::string_view lines = text;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        if (std::ranges::any_of(wanted, [&](const std::string& claim) { return overlap(claim, line); }))
            return std::string(line);
    }
    return {};
}

std::optional<Rival> who_has(const std::vector<std::string>& wanted)
{
    for (const std::string& place : places_of_supervisors(environment_variable))
        for (const PrivateDirectory::Found& found : PrivateDirectory::find(place)) {
            if (found.error != 0 || found.owner != ::geteuid() || found.pid == ::getpid())
                continue;
            std::string claim = found_in(fmt::format("{}/{}", found.path, file_name), wanted);
            if (!claim.empty() && PrivateDirectory::is_in_use(found.path))
                return Rival{found.pid, std::move(claim)};
        }
    return std::nullopt;
}

}  // namespace

std::string in_words(const Rival& rival)
{
    return fmt::format("another autossh (pid {}) has {}", rival.pid, claim_in_words(rival.claim));
}

void Rivals::claim(const std::string& directory, std::vector<std::string> claims)
{
    if (directory == directory_ && claims == claims_)
        return;
    directory_ = directory;
    claims_ = std::move(claims);
    write(directory);
}

void Rivals::give_up(const std::string& directory, const std::vector<std::string>& refused)
{
    std::vector<std::string> left = claims_;
    std::erase_if(
        left, [&](const std::string& claim) { return std::ranges::find(refused, claim) != refused.end(); });
    claim(directory, std::move(left));
}

/// Whoever reads it reads all of it, or what was there before.
void Rivals::write(const std::string& directory) const
{
    if (directory.empty())
        return;
    const std::string path = fmt::format("{}/{}", directory, file_name);
    if (claims_.empty()) {
        ::unlink(path.c_str());
        return;
    }
    const std::string fresh = path + ".new";
    const UniqueFd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || !write_all(file.get(), fmt::format("{}\n", fmt::join(claims_, "\n"))) ||
        std::rename(fresh.c_str(), path.c_str()) != 0)
        ::unlink(fresh.c_str());
}

Rivals::News Rivals::look(const std::vector<std::string>& wanted, Time now)
{
    if (wanted.empty()) {
        forget();
        return News::none;
    }
    if (next_look_ != never && now < next_look_)
        return News::none;
    next_look_ = now + between_looks;
    const auto before = std::exchange(rival_, who_has(wanted));
    if (rival_)
        return rival_ == before ? News::none : News::has_come;
    return before ? News::has_gone : News::none;
}

void Rivals::forget()
{
    rival_.reset();
    next_look_ = never;
}

}  // namespace autossh
