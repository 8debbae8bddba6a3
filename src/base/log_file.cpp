#include "autossh/base/log_file.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/errors.hpp"
#include "autossh/base/paths.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr int for_appending = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;
constexpr mode_t mode = 0666;  // less the umask

/// Each try may take long where a disk is ill.
constexpr Duration try_again = std::chrono::seconds(10);

bool is_fifo(const std::string& path)
{
    struct stat there {};
    return ::stat(path.c_str(), &there) == 0 && S_ISFIFO(there.st_mode);
}

/// Why the file of that name cannot be opened may be over a minute later. All else is a mistake of the
/// user's.
bool time_may_cure(int error, const std::string& path)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ESTALE: return true;
    case ENXIO: return is_fifo(path);  // nobody reads it (yet)
    default: return false;
    }
}

/// As it is, where the directory we are in is gone.
std::string absolute(const std::string& path)
{
    std::error_code error;
    return absolute_path(path, error);
}

}  // namespace

LogFile::LogFile(const std::string& path) : path_(absolute(path))
{
    const int error = open();
    if (error == 0)
        return;
    if (!time_may_cure(error, path))
        throw ConfigError(fmt::format("{}: {}", path, std::strerror(error)));
    complaint_ = std::strerror(error);
    next_try_ = Clock::now() + try_again;
}

/// Gives the error, or 0. A FIFO must not make us wait for a reader.
int LogFile::open()
{
    UniqueFd fd(::open(path_.c_str(), for_appending | O_NONBLOCK, mode));
    struct stat file {};
    if (!fd || ::fstat(fd.get(), &file) < 0)
        return errno;
    if (fd_ && !S_ISREG(file.st_mode))
        return EINVAL;
    make_blocking(fd.get());
    fd_ = std::move(fd);
    regular_ = S_ISREG(file.st_mode);
    device_ = file.st_dev;
    inode_ = file.st_ino;
    return 0;
}

bool LogFile::was_moved() const
{
    struct stat there {};
    if (!regular_)
        return false;
    if (::stat(path_.c_str(), &there) < 0)
        return errno == ENOENT;
    return S_ISREG(there.st_mode) && (there.st_dev != device_ || there.st_ino != inode_);
}

std::string LogFile::reopen()
{
    if (fd_ && !regular_)
        return "";
    next_try_ = Clock::now() + try_again;
    const int error = open();
    if (error == EINVAL && fd_)
        return "Not a regular file";
    return error == 0 ? "" : std::strerror(error);
}

}  // namespace autossh
