#include "autossh/hub/state_directory.hpp"

#include "autossh/base/paths.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

std::string state_directory(const std::string& name, const Environment& environment)
{
    const std::string given = environment("STATE_DIRECTORY").value_or("");
    if (const std::string first = given.substr(0, given.find(':')); !first.empty())
        return first;
    const std::string home = environment("HOME").value_or("");
    std::string base = environment("XDG_STATE_HOME").value_or("");
    if (!base.starts_with('/'))
        base = home.empty() ? "" : home + "/.local/state";
    return base.empty() ? "" : fmt::format("{}/autossh/{}", base, name);
}

std::string make_state_directory(const std::string& path)
{
    if (path.empty())
        return "neither STATE_DIRECTORY, XDG_STATE_HOME nor HOME is set";
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
