#include "autossh/system/private_directory.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/system/safe_place.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Without the word "autossh": it stands on ssh's command line, and people look for ours by that word.
constexpr std::string_view prefix = "auto-ssh.";
constexpr std::string_view former_prefix = "autossh.";  // of 2.1.0 and before
constexpr std::string_view random_part = ".XXXXXX";
constexpr std::string_view longest_entry = "/status";

/// The others mean something in the arguments of -L, -R and -E (a colon, a space, a %), or might.
constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/+@-";

/// ssh binds to the very path of the option, so it needs no room for a suffix of its own. 0: fit.
int unfitness(const std::string& path)
{
    if (path.find_first_not_of(plain) != std::string::npos)
        return EINVAL;
    const std::size_t room = sizeof(sockaddr_un{}.sun_path) - 1;
    return path.size() + longest_entry.size() > room ? ENAMETOOLONG : 0;
}

/// Makes a directory with a fresh name. Empty: it could not be made, for the reason in `complaint`.
std::string make_in(const SafePlace& parent, std::string& complaint)
{
    complaint = parent.complaint;
    if (!parent)
        return {};
    std::string path = fmt::format("{}{}{}{}{}", parent.path, parent.path.ends_with('/') ? "" : "/", prefix,
                                   ::getpid(), random_part);
    int error = unfitness(path);
    if (error == 0 && ::mkdtemp(path.data()) != nullptr)
        return path;
    error = error == 0 ? errno : error;
    complaint = std::generic_category().message(error);
    return {};
}

/// A directory of ours, locked: the autossh that made it does not live any more. systemd-tmpfiles, too,
/// leaves alone what is locked.
UniqueFd lock(const std::string& path)
{
    UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!directory || ::fstat(directory.get(), &status) < 0 || status.st_uid != ::geteuid() ||
        ::flock(directory.get(), LOCK_EX | LOCK_NB) < 0)
        return {};
    return directory;
}

/// Of whose directory `name` is, as make_in() gives it; 0: it is none.
pid_t owner_in(std::string_view name)
{
    if (!name.starts_with(prefix) && !name.starts_with(former_prefix))
        return 0;
    name.remove_prefix(name.starts_with(prefix) ? prefix.size() : former_prefix.size());
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    name.remove_prefix(static_cast<std::size_t>(end - name.data()));
    const bool is_one =
        error == std::errc{} && pid > 0 && name.size() == random_part.size() && name.front() == '.';
    return is_one ? pid : 0;
}

bool is_dead(pid_t pid)
{
    return ::kill(pid, 0) < 0 && errno == ESRCH;
}

}  // namespace

std::vector<PrivateDirectory::Candidate> PrivateDirectory::candidates(const Environment& environment)
{
    std::vector<Candidate> found;
    for (const char* const variable : {"RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR", "TMPDIR"})
        if (auto value = environment(variable))
            found.push_back({std::move(*value), variable});
    for (Candidate& candidate : found)  // systemd's list of those of the unit
        if (candidate.variable == "RUNTIME_DIRECTORY")
            candidate.path.resize(std::min(candidate.path.find(':'), candidate.path.size()));
    std::erase_if(found, [](const Candidate& candidate) { return candidate.path.empty(); });
    found.push_back({"/tmp"});
    return found;
}

bool PrivateDirectory::is_in_one(std::string_view path)
{
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos;) {
        const std::size_t next = path.find('/', slash + 1);
        if (next != std::string_view::npos && owner_in(path.substr(slash + 1, next - slash - 1)) != 0)
            return true;
        slash = next;
    }
    return false;
}

std::vector<PrivateDirectory::Found> PrivateDirectory::find(const std::string& parent)
{
    std::vector<Found> found;
    std::error_code error;
    const std::vector<std::string> names = names_in(parent, error);
    if (error == std::errc::permission_denied)
        found.push_back({.path = parent, .parent = parent, .pid = 0, .owner = 0, .error = EACCES});
    for (const std::string& name : names) {
        const pid_t pid = owner_in(name);
        std::string path = fmt::format("{}{}{}", parent, parent.ends_with('/') ? "" : "/", name);
        struct stat status {};
        // A link would lead to a directory that is not named after its process.
        if (pid != 0 && ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
            found.push_back(
                {.path = std::move(path), .parent = parent, .pid = pid, .owner = status.st_uid, .error = 0});
    }
    return found;
}

bool PrivateDirectory::is_in_use(const std::string& path)
{
    const UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    return directory && ::flock(directory.get(), LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

PrivateDirectory::PrivateDirectory(const std::vector<Candidate>& candidates) : owner_(::getpid())
{
    std::string failures;
    for (const Candidate& candidate : candidates) {
        const SafePlace parent = safe_place(candidate.path);
        std::string complaint;
        path_ = make_in(parent, complaint);
        if (!path_.empty()) {
            lock_ = lock(path_);
            parent_ = parent.path;
            return;
        }
        failures += fmt::format("{}{}{}{}: {}", failures.empty() ? "" : "; ", candidate.variable,
                                candidate.variable.empty() ? "" : "=", candidate.path, complaint);
    }
    throw std::runtime_error("cannot make a directory for sockets: " + failures);
}

PrivateDirectory::~PrivateDirectory()
{
    if (::getpid() != owner_)
        return;
    if (!exists())  // what stands there by its name now is somebody else's
        return;
    for (const char* const name : {"status", "control"})  // all that there is without a FIFO and a test
        ::unlinkat(lock_.get(), name, 0);
    if (::rmdir(path_.c_str()) == 0)
        return;
    for (const char* const name : {"log", "errors", "in", "out", "ask", "forwards", "autossh-askpass"})
        ::unlinkat(lock_.get(), name, 0);
    if (::rmdir(path_.c_str()) != 0)
        remove_tree(path_);
}

/// The parent is safe: what is ours in it can be moved by nobody else while it is removed.
void PrivateDirectory::remove_leftovers() const
{
    for (const Found& found : find(parent_)) {
        // With our own pid: of the first process of an earlier container.
        if (found.error != 0 || found.path == path_ || (found.pid != owner_ && !is_dead(found.pid)))
            continue;
        if (const UniqueFd locked = lock(found.path))
            remove_tree(found.path);
    }
}

bool PrivateDirectory::exists() const
{
    struct stat there {};
    struct stat ours {};
    return lock_ && ::lstat(path_.c_str(), &there) == 0 && ::fstat(lock_.get(), &ours) == 0 &&
           there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

PrivateFolder::PrivateFolder(std::shared_ptr<PrivateDirectory> directory, const std::string& name)
    : directory_(std::move(directory)), path_(directory_->path())
{
    if (name.empty())
        return;
    path_ += '/' + name;
    if (::mkdir(path_.c_str(), S_IRWXU) < 0 && errno != EEXIST)
        throw std::system_error(errno, std::generic_category(), path_);
}

bool PrivateFolder::exists() const
{
    return directory_->exists() && (path_ == directory_->path() || ::access(path_.c_str(), F_OK) == 0);
}

}  // namespace autossh
