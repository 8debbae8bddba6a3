#include "autossh/askpass_place.hpp"

#include "autossh/safe_place.hpp"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

namespace fs = std::filesystem;

constexpr const char* running_program = "/proc/self/exe";

[[noreturn]] void fail(const std::string& what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

/// One that has been replaced since is still there by its name. Empty: the system does not tell.
std::string own_binary()
{
    std::error_code error;
    std::string path = fs::read_symlink(running_program, error).string();
    constexpr std::string_view deleted = " (deleted)";
    if (path.ends_with(deleted))
        path.resize(path.size() - deleted.size());
    return error ? "" : path;
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
    const fs::path installed = fs::path(binary).parent_path() / AUTOSSH_ASKPASS_FROM_BINARY;
    const SafePlace place = safe_place(installed.parent_path().string());
    const std::string program = fmt::format("{}/{}", place.path, askpass_name);
    if (!place || !is_of_us_or_root(program))
        return {};
    std::error_code error;
    const fs::path target = fs::read_symlink(program, error);
    const std::string led_to = (place.path / target).lexically_normal().string();
    // It leads there directly, without another link whose place we would not know.
    const bool is_direct = !error && fs::canonical(program, error) == led_to;
    return is_direct && is_what_we_are(program) && is_safe_file(led_to) ? program : "";
}

/// Whatever happens to the file: the system keeps the one that runs.
void copy_what_we_are(const std::string& path)
{
    std::error_code error;
    fs::copy_file(running_program, path, error);
    if (!error)
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_exec, error);
    if (error)
        throw std::system_error(error, path);
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
