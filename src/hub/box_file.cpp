#include "autossh/hub/box_file.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/control/hub_json.hpp"
#include "autossh/hub/state_directory.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/core.h>
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
    if (directory_.empty() || ::access(path().c_str(), F_OK) != 0)
        return {};
    const auto text = text_of_file(path(), largest_file);
    if (!text)
        return {.complaint = fmt::format("{} cannot be read", path())};
    const auto hub = hub_facts_from_json(*text);
    if (!hub)
        return {.complaint = fmt::format("{} is no list of boxes", path())};
    return {.boxes = hub->boxes};
}

std::string BoxFile::write(const HubFacts& hub) const
{
    if (const std::string reason = make_state_directory(directory_); !reason.empty())
        return reason;
    const std::string next = path() + ".new";
    const UniqueFd fd(::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
        return fmt::format("{}: {}", next, std::strerror(errno));
    const bool is_written = write_whole(fd.get(), to_json(hub) + '\n');
    if (is_written && std::rename(next.c_str(), path().c_str()) == 0)
        return {};
    const std::string reason = std::strerror(errno);
    ::unlink(next.c_str());
    return fmt::format("{}: {}", path(), reason);
}

}  // namespace autossh
