#include "autossh/hub/state_directory.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

std::string make_state_directory(const std::string& path)
{
    if (path.empty())
        return "none of STATE_DIRECTORY, XDG_STATE_HOME and HOME is set";
    for (std::size_t slash = 1; slash != std::string::npos;) {
        slash = path.find('/', slash + 1);
        const std::string part = path.substr(0, slash);
        if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
            struct stat status {};
            const int reason = errno;  // on a read-only file system what is there is not always EEXIST
            if (::stat(part.c_str(), &status) != 0)
                return fmt::format("{}: {}", part, std::strerror(reason));
        }
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return fmt::format("{} is no directory", path);
    return {};
}

}  // namespace autossh
