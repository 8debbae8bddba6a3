#include "autossh/system/askpass_place.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/system/safe_place.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr const char* running_program = "/proc/self/exe";

[[noreturn]] void fail(const std::string& what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

/// One that has been replaced since is still there by its name. Empty: the system does not tell.
std::string own_binary()
{
    std::string path = link_target(running_program).value_or("");
    constexpr std::string_view deleted = " (deleted)";
    if (path.ends_with(deleted))
        path.resize(path.size() - deleted.size());
    return path;
}

bool is_what_we_are(const std::string& path)
{
    struct stat that {};
    struct stat ours {};
    return ::stat(path.c_str(), &that) == 0 && ::stat(running_program, &ours) == 0 &&
           that.st_dev == ours.st_dev && that.st_ino == ours.st_ino;
}

bool is_of_us_or_root(const std::string& link)
{
    struct stat status {};
    return ::lstat(link.c_str(), &status) == 0 && (status.st_uid == ::geteuid() || status.st_uid == 0);
}

/// What was installed beside `binary`. Empty: nothing that could be relied on.
std::string installed_program(const std::string& binary)
{
    const std::string installed = fmt::format("{}/{}", directory_part(binary), AUTOSSH_ASKPASS_FROM_BINARY);
    const SafePlace place = safe_place(std::string(directory_part(installed)));
    const std::string program = fmt::format("{}/{}", place.path, askpass_name);
    if (!place || !is_of_us_or_root(program))
        return {};
    const std::string target = link_target(program).value_or("");
    const std::string led_to =
        without_dots(target.starts_with('/') ? target : fmt::format("{}/{}", place.path, target));
    // It leads there directly, without another link whose place we would not know.
    const bool is_direct = !target.empty() && resolved_path(program) == led_to;
    return is_direct && is_what_we_are(program) && is_safe_file(led_to) ? program : "";
}

/// Whatever happens to the file: the system keeps the one that runs.
void copy_what_we_are(const std::string& path)
{
    const UniqueFd from(::open(running_program, O_RDONLY | O_CLOEXEC));
    const UniqueFd to(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IXUSR));
    if (!from || !to)
        fail(path);
    std::array<char, 65536> part;
    ssize_t size = 0;
    while ((size = ::read(from.get(), part.data(), part.size())) > 0)
        if (!write_all(to.get(), {part.data(), static_cast<std::size_t>(size)}))
            fail(path);
    if (size < 0)
        fail(path);
}

}  // namespace

bool own_program_is_known()
{
    return !own_binary().empty();
}

std::string provide_askpass_program(const std::string& directory)
{
    const std::string binary = own_binary();
    if (binary.empty())
        throw std::runtime_error("our own program cannot be found by /proc/self/exe");
    if (std::string installed = installed_program(binary); !installed.empty())
        return installed;
    std::string program = fmt::format("{}/{}", directory, askpass_name);
    if (::unlink(program.c_str()) < 0 && errno != ENOENT)
        fail(program);
    if (!is_safe_file(binary))
        copy_what_we_are(program);
    else if (::symlink(binary.c_str(), program.c_str()) < 0)
        fail(program);
    if (::access(program.c_str(), X_OK) < 0)
        fail(binary);
    return program;
}

bool askpass_program_is_there(const std::string& program)
{
    return ::access(program.c_str(), X_OK) == 0;
}

}  // namespace autossh
