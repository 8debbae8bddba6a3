#include "autossh/base/replaced_file.hpp"

#include "autossh/base/unique_fd.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr mode_t readable_for_all = 0644;

bool write_to_end(int fd, std::string_view text)
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

std::string replace_file(const std::string& path, std::string_view text)
{
    const std::string next = path + ".new";
    ::unlink(next.c_str());  // one that was not finished; a link of somebody's is not followed
    const UniqueFd fd(
        ::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, readable_for_all));
    if (!fd)
        return fmt::format("{}: {}", next, std::strerror(errno));
    if (write_to_end(fd.get(), text) && ::fchmod(fd.get(), readable_for_all) == 0 &&
        std::rename(next.c_str(), path.c_str()) == 0)
        return {};
    const std::string reason = std::strerror(errno);
    ::unlink(next.c_str());
    return fmt::format("{}: {}", path, reason);
}

}  // namespace autossh
