#include "autossh/hub/box_file.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/control/hub_json.hpp"
#include "autossh/hub/state_directory.hpp"
#include "autossh/system/safe_place.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// 4,096 boxes with all that can be known of them are less than 8 MiB.
constexpr std::size_t largest_file = 64UL * 1024 * 1024;

bool write_whole(int fd, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t size = ::write(fd, text.data(), text.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

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
    if (const std::string reason = make_state_directory(directory_); !reason.empty())
        return reason;
    if (const SafePlace place = own_place(directory_); !place)
        return place.complaint;
    const std::string next = path() + ".new";
    ::unlink(next.c_str());  // of a hub that was killed, or whose it ever was
    const UniqueFd fd(::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
        return fmt::format("{}: {}", next, std::strerror(errno));
    const bool is_written = write_whole(fd.get(), text) && ::fdatasync(fd.get()) == 0;
    if (is_written && std::rename(next.c_str(), path().c_str()) == 0)
        return {};
    const std::string reason = std::strerror(errno);
    ::unlink(next.c_str());
    return fmt::format("{}: {}", path(), reason);
}

}  // namespace autossh
