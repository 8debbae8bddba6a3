#include "autossh/system/safe_place.hpp"

#include "autossh/base/paths.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr mode_t others_write = S_IWGRP | S_IWOTH;  // an access list for others shows in the group's bits

bool is_trusted(uid_t owner, uid_t us)
{
#ifdef __CYGWIN__
    constexpr uid_t system = 18;
    constexpr uid_t administrators = 544;
    if (owner == system || owner == administrators)
        return true;
#endif
    return owner == us || owner == 0;
}

std::string message(int error)
{
    return std::generic_category().message(error);
}

/// Why `directory` is not safe, if all above it is.
std::string danger_at(const std::string& directory, uid_t owner_of_root)
{
    struct stat status {};
    if (::lstat(directory.c_str(), &status) < 0)
        return message(errno);
    if (!S_ISDIR(status.st_mode))
        return message(ENOTDIR);
    // Whoever owns the root directory can change everything anyway (Cygwin: who has installed it). In a user
    // namespace he may be shown by the number of all strangers, so nothing deeper is left to him.
    constexpr std::array<std::string_view, 6> of_the_system{"/", "/dev", "/home", "/run", "/tmp", "/var"};
    const bool is_at_top = std::ranges::find(of_the_system, directory) != of_the_system.end();
    const uid_t owner = is_at_top && status.st_uid == owner_of_root ? 0 : status.st_uid;
    const std::string danger = danger_of_directory(owner, status.st_mode, ::geteuid());
    return danger.empty() ? "" : fmt::format("{} {}", directory, danger);
}

}  // namespace

std::string danger_of_directory(uid_t owner, mode_t mode, uid_t us)
{
    if (!is_trusted(owner, us))
        return fmt::format("belongs to uid {}", owner);
    // Sticky: only the owner of an entry and that of the directory may move it.
    if ((mode & others_write) != 0 && (mode & S_ISVTX) == 0)
        return fmt::format("can be written by others (mode {:04o}) and is not sticky", mode & 07777U);
    return "";
}

SafePlace safe_place(const std::string& directory)
{
    if (!directory.starts_with('/'))
        return {"", message(EINVAL)};
    std::optional<std::string> resolved = resolved_path(directory);
    if (!resolved)
        return {"", message(errno)};
    struct stat root {};
    if (::lstat("/", &root) < 0)
        return {"", message(errno)};
    // From the root down: below what was found safe nobody can swap what is looked at next.
    std::string place = std::move(*resolved);
    for (std::size_t slash = 0; slash != std::string::npos; slash = place.find('/', slash + 1)) {
        std::string complaint = danger_at(place.substr(0, std::max<std::size_t>(slash, 1)), root.st_uid);
        if (!complaint.empty())
            return {"", std::move(complaint)};
    }
    if (std::string complaint = danger_at(place, root.st_uid); !complaint.empty())
        return {"", std::move(complaint)};
    return {std::move(place), ""};
}

SafePlace own_place(const std::string& directory)
{
    SafePlace place = safe_place(directory);
    struct stat status {};
    if (!place)
        return place;
    if (::lstat(place.path.c_str(), &status) < 0)
        return {"", message(errno)};
    if (status.st_uid != ::geteuid())
        return {"", fmt::format("{} belongs to uid {}", place.path, status.st_uid)};
    if ((status.st_mode & others_write) != 0)
        return {"", fmt::format("{} can be written by others (mode {:04o})", place.path,
                                status.st_mode & 07777U)};
    return place;
}

bool is_safe_file(const std::string& path)
{
    struct stat status {};
    const std::string directory = path.substr(0, path.rfind('/') + 1);
    const SafePlace place = safe_place(directory);
    return place && directory_part(path) == place.path && ::lstat(path.c_str(), &status) == 0 &&
           S_ISREG(status.st_mode) && is_trusted(status.st_uid, ::geteuid()) &&
           (status.st_mode & others_write) == 0;
}

}  // namespace autossh
