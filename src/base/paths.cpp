#include "autossh/base/paths.hpp"

#include "autossh/base/descriptors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

std::error_code last_error()
{
    return {errno, std::generic_category()};
}

int remove_entry(const char* path, const struct stat* /*status*/, int type, struct FTW* /*where*/)
{
    static_cast<void>(type == FTW_DP ? ::rmdir(path) : ::unlink(path));
    return 0;
}

#ifdef __GLIBC__

/// As with readdir(3), without its buffer of 32 kB, for which the heap grows each time that one is read.
template <typename Take>
std::error_code for_each_entry(const std::string& directory, const Take& take)
{
    const UniqueFd open(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
    if (!open)
        return last_error();
    alignas(dirent64) std::array<char, 4096> entries;
    ssize_t size = 0;
    while ((size = ::getdents64(open.get(), entries.data(), entries.size())) > 0)
        for (ssize_t at = 0; at < size;) {
            const auto* const entry = reinterpret_cast<const dirent64*>(entries.data() + at);
            take(std::string_view(entry->d_name));
            at += entry->d_reclen;
        }
    return size < 0 ? last_error() : std::error_code();
}

#else

template <typename Take>
std::error_code for_each_entry(const std::string& directory, const Take& take)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), &::closedir);
    if (!open)
        return last_error();
    errno = 0;
    while (const dirent* const entry = ::readdir(open.get())) {
        take(std::string_view(entry->d_name));
        errno = 0;
    }
    return errno != 0 ? last_error() : std::error_code();
}

#endif

}  // namespace

std::string absolute_path(const std::string& path, std::error_code& error)
{
    error.clear();
    if (path.starts_with('/'))
        return path;
    const std::unique_ptr<char, decltype(&std::free)> here(::getcwd(nullptr, 0), &std::free);
    if (!here) {
        error = last_error();
        return path;
    }
    const std::string directory = here.get();
    return directory + (directory.ends_with('/') ? "" : "/") + path;
}

std::string_view directory_part(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos)
        return "";
    return path.substr(0, slash == 0 ? 1 : slash);
}

std::string without_dots(std::string_view path)
{
    std::string result;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (part == "..")
            result.resize(result.find_last_of('/') == std::string::npos ? 0 : result.find_last_of('/'));
        else if (!part.empty() && part != ".")
            result.append("/").append(part);
    }
    return result.empty() ? "/" : result;
}

std::optional<std::string> link_target(const std::string& link)
{
    std::array<char, PATH_MAX> text{};
    const ssize_t size = ::readlink(link.c_str(), text.data(), text.size());
    if (size < 0)
        return std::nullopt;
    return std::string(text.data(), static_cast<std::size_t>(size));
}

std::optional<std::string> resolved_path(const std::string& path)
{
    const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), &std::free);
    return resolved ? std::optional<std::string>(resolved.get()) : std::nullopt;
}

std::vector<std::string> names_in(const std::string& directory, std::error_code& error)
{
    std::vector<std::string> names;
    error = for_each_entry(directory, [&names](std::string_view name) {
        if (name != "." && name != "..")
            names.emplace_back(name);
    });
    return names;
}

int make_directories(const std::string& directory, mode_t mode)
{
    if (::mkdir(directory.c_str(), mode) == 0 || errno == EEXIST)
        return 0;
    const int reason = errno;
    struct stat status {};
    if (::stat(directory.c_str(), &status) == 0)  // a read-only file system does not always say EEXIST
        return 0;
    const std::string parent(directory_part(directory));
    if (reason != ENOENT || parent.empty() || parent == directory)
        return reason;
    if (const int error = make_directories(parent, mode))
        return error;
    return ::mkdir(directory.c_str(), mode) == 0 || errno == EEXIST ? 0 : errno;
}

void remove_tree(const std::string& directory)
{
    constexpr int most_descriptors = 8;
    static_cast<void>(::nftw(directory.c_str(), &remove_entry, most_descriptors, FTW_DEPTH | FTW_PHYS));
}

}  // namespace autossh
