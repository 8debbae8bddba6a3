#include "autossh/base/find_program.hpp"

#include "autossh/base/environment.hpp"

#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Whether execvp(3) would take this one. A directory may also be executable.
bool is_program(const std::string& path)
{
    struct stat info {};
    return ::access(path.c_str(), X_OK) == 0 && ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

std::string find_program(const std::string& file)
{
    if (file.find('/') != std::string::npos)
        return is_program(file) ? file : "";
    const std::string path = environment_variable("PATH").value_or("/bin:/usr/bin");
    std::string_view rest = path;
    for (;;) {
        const std::string_view directory = rest.substr(0, rest.find(':'));
        const std::string candidate = directory.empty() ? "./" + file : fmt::format("{}/{}", directory, file);
        if (is_program(candidate))
            return candidate;
        if (directory.size() == rest.size())
            return {};
        rest.remove_prefix(directory.size() + 1);
    }
}

}  // namespace autossh
