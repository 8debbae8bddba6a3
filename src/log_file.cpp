#include "autossh/log_file.hpp"

#include "autossh/settings.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr int for_appending = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;
constexpr mode_t mode = 0666;  // less the umask

/// As it is, where the directory we are in is gone.
std::string absolute(const std::string& path)
{
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(path, error);
    return error ? path : whole.string();
}

}  // namespace

LogFile::LogFile(const std::string& path)
    : path_(absolute(path)), fd_(::open(path.c_str(), for_appending, mode))
{
    struct stat file {};
    if (!fd_ || ::fstat(fd_.get(), &file) < 0)
        throw ConfigError(fmt::format("{}: {}", path, std::strerror(errno)));
    regular_ = S_ISREG(file.st_mode);
    device_ = file.st_dev;
    inode_ = file.st_ino;
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
    if (!regular_)
        return "";
    // A FIFO in its place must not make us wait for a reader.
    UniqueFd fd(::open(path_.c_str(), for_appending | O_NONBLOCK, mode));
    struct stat file {};
    if (!fd || ::fstat(fd.get(), &file) < 0)
        return std::strerror(errno);
    if (!S_ISREG(file.st_mode))
        return "Not a regular file";
    fd_ = std::move(fd);
    device_ = file.st_dev;
    inode_ = file.st_ino;
    return "";
}

}  // namespace autossh
