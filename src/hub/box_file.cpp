#include "autossh/hub/box_file.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/base/replaced_file.hpp"
#include "autossh/control/hub_json.hpp"
#include "autossh/system/safe_place.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// 4,096 boxes with all that can be known of them are less than 8 MiB.
constexpr std::size_t largest_file = 64UL * 1024 * 1024;

}  // namespace

BoxFile::Kept BoxFile::read() const
{
    if (!obstacle_.empty())
        return {.complaint = obstacle_};
    struct stat status {};
    if (directory_.empty() || ::lstat(path().c_str(), &status) != 0)
        return {};
    if (const SafePlace place = own_place(directory_); !place)
        return {.complaint = place.complaint};
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        return {.complaint = fmt::format("{} belongs to uid {}", path(), status.st_uid)};
    if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return {.complaint = fmt::format("{} is no file that only we can write", path())};
    const auto text = text_of_file(path(), largest_file);
    if (!text)
        return {.complaint = fmt::format("{} cannot be read", path())};
    const auto hub = hub_facts_from_json(*text);
    if (!hub)
        return {.complaint = fmt::format("{} is no list of boxes", path())};
    return {.boxes = hub->boxes};
}

std::string BoxFile::text_of(const HubFacts& hub)
{
    return to_json(hub) + '\n';
}

std::string BoxFile::write_text(std::string_view text) const
{
    if (!obstacle_.empty())
        return obstacle_;
    if (directory_.empty())
        return "none of STATE_DIRECTORY, XDG_STATE_HOME and HOME is set";
    if (const int error = make_directories(directory_, S_IRWXU))
        return fmt::format("{}: {}", directory_, std::strerror(error));
    struct stat status {};
    if (::stat(directory_.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return fmt::format("{} is no directory", directory_);
    if (const SafePlace place = own_place(directory_); !place)
        return place.complaint;
    return replace_file(path(), text, 0600, Durability::synced);
}

}  // namespace autossh
