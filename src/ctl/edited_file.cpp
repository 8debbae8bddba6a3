#include "autossh/ctl/edited_file.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/program/fleet_files.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t longest_edited = 64UL * 1024 * 1024;
constexpr std::string_view ending = ".toml";  // editors know the language by it

std::string reason()
{
    return std::strerror(errno);
}

bool exists(const std::string& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

/// Hidden, so that no pattern of an include has it.
std::string copy_pattern(const std::string& path)
{
    std::string name = path.substr(path.rfind('/') + 1);
    if (name.ends_with(ending))
        name.resize(name.size() - ending.size());
    return fmt::format("{}/.{}.XXXXXX{}", directory_part(path), name, ending);
}

bool is_same_version(const struct stat& one, const struct stat& other)
{
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino && one.st_size == other.st_size &&
           one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

EditedFile::Start no_editing(std::string why, int exit_status)
{
    return {nullptr, std::move(why), exit_status};
}

/// As it is where it can be found, through all links.
std::string real_path(const std::string& path)
{
    if (const auto resolved = resolved_path(path))
        return *resolved;
    std::error_code ignored;
    const std::string absolute = absolute_path(path, ignored);
    const std::string directory(directory_part(absolute));
    return fmt::format("{}/{}", resolved_path(directory).value_or(directory),
                       absolute.substr(absolute.rfind('/') + 1));
}

UniqueFd make_file(std::string& pattern)
{
    return UniqueFd(::mkostemps(pattern.data(), static_cast<int>(ending.size()), O_CLOEXEC));
}

}  // namespace

EditedFile::Start EditedFile::begin(const std::string& path, const std::string& text_of_new)
{
    std::unique_ptr<EditedFile> file(new EditedFile);
    const std::string named_directory(directory_part(path));
    if (!named_directory.empty())
        if (const int error = make_directories(named_directory, S_IRWXU))
            return no_editing(fmt::format("{} cannot be made: {}", named_directory, std::strerror(error)),
                              ctl_exit::not_permitted);
    file->path_ = real_path(path);
    file->directory_ = directory_part(file->path_);
    file->lock_ = UniqueFd(::open(file->directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file->lock_)
        return no_editing(fmt::format("{}: {}", file->directory_, reason()), ctl_exit::not_permitted);
    if (::flock(file->lock_.get(), LOCK_EX | LOCK_NB) < 0)
        return no_editing(fmt::format("another autosshctl edits a file in {}: try again when it has ended",
                                      file->directory_),
                          ctl_exit::not_in_time);
    file->before_ = text_of_new;
    if (exists(file->path_)) {
        struct stat status {};
        if (::stat(file->path_.c_str(), &status) == 0)
            file->status_ = status;
        FleetFile read = read_guarded_file(file->path_);
        if (!read.error.empty())
            return no_editing(fmt::format("{}{}{}", read.error, read.remedy.empty() ? "" : ": ", read.remedy),
                              ctl_exit::not_permitted);
        file->before_ = std::move(read.text);
    }
    file->copy_ = copy_pattern(file->path_);
    const UniqueFd copy = make_file(file->copy_);
    if (!copy)
        return no_editing(
            fmt::format("{} cannot be edited, as no file can be made beside it: {}", path, reason()),
            ctl_exit::not_permitted);
    if (!write_all(copy.get(), file->before_)) {
        const std::string why = reason();
        file->discard();
        return no_editing(fmt::format("the copy cannot be written: {}", why), ctl_exit::system_error);
    }
    return {std::move(file), {}, 0};
}

std::optional<std::string> EditedFile::text() const
{
    return text_of_file(copy_, longest_edited);
}

bool EditedFile::has_changed_meanwhile() const
{
    struct stat now {};
    if (::stat(path_.c_str(), &now) < 0)
        return status_.has_value();
    return !status_ || !is_same_version(now, *status_);
}

std::string EditedFile::write_new(const std::string& text, const std::string& path) const
{
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC));
    if (!file || !write_all(file.get(), text))
        return reason();
    if (status_ && (status_->st_uid != ::geteuid() || status_->st_gid != ::getegid()) &&
        ::fchown(file.get(), status_->st_uid, status_->st_gid) < 0)
        return "its owner and group cannot be kept: " + reason();
    if (status_ && ::fchmod(file.get(), status_->st_mode & 07777U) < 0)
        return reason();
    if (::fsync(file.get()) < 0)
        return reason();
    return ::rename(path.c_str(), path_.c_str()) < 0 ? reason() : "";
}

std::string EditedFile::put_in_place(const std::string& text)
{
    std::string path = copy_pattern(path_);
    if (!make_file(path))
        return reason();
    std::string why = write_new(text, path);
    if (!why.empty()) {
        ::unlink(path.c_str());
        return why;
    }
    ::fsync(lock_.get());
    discard();
    return "";
}

void EditedFile::discard()
{
    ::unlink(copy_.c_str());
    ::unlink((copy_ + "~").c_str());  // an editor's
}

}  // namespace autossh
