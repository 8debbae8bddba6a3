#include "autossh/base/replaced_file.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/unique_fd.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

std::string replace_file(const std::string& path, std::string_view text, mode_t mode, Durability durability)
{
    const std::string next = path + ".new";
    ::unlink(next.c_str());  // one that was not finished; a link of somebody's is not followed
    const UniqueFd fd(::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!fd)
        return fmt::format("{}: {}", next, std::strerror(errno));
    const bool is_written = write_all(fd.get(), text) && ::fchmod(fd.get(), mode) == 0 &&
                            (durability == Durability::as_it_comes || ::fdatasync(fd.get()) == 0);
    if (is_written && std::rename(next.c_str(), path.c_str()) == 0)
        return {};
    const std::string reason = std::strerror(errno);
    ::unlink(next.c_str());
    return fmt::format("{}: {}", path, reason);
}

}  // namespace autossh
