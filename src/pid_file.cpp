#include "autossh/pid_file.hpp"

#include "autossh/descriptors.hpp"
#include "autossh/settings.hpp"
#include "autossh/unique_fd.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

PidFile::PidFile(std::string path, std::error_code& write_error) : path_(std::move(path))
{
    const UniqueFd file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file)
        throw ConfigError(fmt::format("cannot open pid file \"{}\": {}", path_, std::strerror(errno)));
    struct stat status {};
    removable_ = ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
    if (!write_all(file.get(), fmt::format("{}\n", ::getpid())))
        write_error = std::error_code(errno, std::generic_category());
}

PidFile::~PidFile()
{
    if (removable_)
        ::unlink(path_.c_str());
}

}  // namespace autossh
