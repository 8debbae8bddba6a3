#include "autossh/system/pid_file.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/errors.hpp"
#include "autossh/system/lock_holder.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A file that vanishes under us as often is a file system's whim.
constexpr int most_tries = 100;

/// Who has locked the file writes its pid soon; for so long we look for it.
constexpr int looks = 100;
constexpr int between_looks_ms = 10;

bool is_alive(pid_t pid)
{
    return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

/// Empty, or with the pid of a dead one, the file is about to be written; or the disk was full, or the holder
/// lives in another container.
std::string pid_of_holder(const std::string& path)
{
    pid_t pid = pid_in(path);
    for (int look = 1; look < looks && !is_alive(pid); ++look) {
        ::poll(nullptr, 0, between_looks_ms);
        pid = pid_in(path);
    }
    return pid > 0 ? std::to_string(pid) : "unknown";
}

/// False: somebody else has locked it. Where it cannot be locked at all, we go on without.
bool lock(int file)
{
    int result = 0;
    do
        result = ::flock(file, LOCK_EX | LOCK_NB);
    while (result < 0 && errno == EINTR);
    return result == 0 || errno != EWOULDBLOCK;
}

bool is_regular(int file)
{
    struct stat status {};
    return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

pid_t pid_in(const std::string& path)
{
    std::array<char, 32> text{};
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    const ssize_t size = file ? ::read(file.get(), text.data(), text.size()) : 0;
    pid_t pid = 0;
    const char* const end = text.data() + (size > 0 ? size : 0);
    const auto [behind, error] = std::from_chars(text.data(), end, pid);
    return error == std::errc{} && pid > 0 && behind != end && *behind == '\n' ? pid : 0;
}

PidFile::PidFile(std::string path, SameTunnel is_same) : path_(std::move(path)), is_same_(std::move(is_same))
{
    for (int tries = 1;; ++tries) {
        // A FIFO must not make us wait for a reader.
        file_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666));
        if (!file_)
            throw ConfigError(fmt::format("cannot open pid file \"{}\": {}", path_, std::strerror(errno)));
        make_blocking(file_.get());
        regular_ = is_regular(file_.get());
        if (regular_ && !lock(file_.get()))
            look_at_holder();
        // One that ends removes its file: between the two calls it may have been that.
        if (!regular_ || is_at_path() || tries == most_tries)
            return;
    }
}

/// Manual, "Pid file". Throws if it is another autossh, as far as that can be known.
void PidFile::look_at_holder()
{
    const std::vector<pid_t> holders = holders_of_lock(file_.get());
    const auto has_other = [this](pid_t holder) { return has_other_tunnel(holder); };
    const pid_t stranger = stranger_among(holders);
    if (stranger == 0 && !holders.empty() && std::ranges::all_of(holders, has_other))
        return leave_to(holders.front());
    if (stranger == 0)
        throw ConfigError(fmt::format("already running (pid {})", pid_of_holder(path_)));
    if (lock(file_.get()))  // it has ended meanwhile
        return;
    const pid_t written = pid_in(path_);
    // A pid that is left over may be anybody's by now.
    const std::string name = name_of_process(written);
    const bool is_autossh = name.empty() || name == "autossh" || name == name_of_process(::getpid());
    const bool lives = written != ::getpid() && is_autossh && is_ours_or_roots(written);
    if (lives && has_other_tunnel(written))
        return leave_to(written);
    if (lives)
        throw ConfigError(fmt::format("already running (pid {})", written));
    warning_ =
        fmt::format("the pid file \"{}\" is locked by another user's process ({}); going on without the lock",
                    path_, stranger);
}

/// Where that cannot be known, it may be our own tunnel.
bool PidFile::has_other_tunnel(pid_t process) const
{
    const std::vector<std::string> ours = words_of_process(::getpid());
    const std::vector<std::string> others = words_of_process(process);
    return is_same_ && !ours.empty() && !others.empty() &&
           !is_same_(std::span(ours).subspan(1), std::span(others).subspan(1));
}

/// 1.4g would take the file away from it.
void PidFile::leave_to(pid_t process)
{
    warning_ = fmt::format("the pid file \"{}\" is in use by another autossh (pid {}) with other arguments; "
                           "going on without it",
                           path_, process);
    regular_ = false;
    file_.reset();
}

PidFile::~PidFile()
{
    struct stat status {};
    if (!regular_ || !is_at_path() || ::fstat(file_.get(), &status) < 0)
        return;
    if (written_ || status.st_size == 0)
        ::unlink(path_.c_str());
}

bool PidFile::is_at_path() const
{
    struct stat ours {};
    struct stat there {};
    return ::fstat(file_.get(), &ours) == 0 && ::stat(path_.c_str(), &there) == 0 &&
           ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

std::error_code PidFile::write()
{
    if (!file_)  // it is left to another one
        return {};
    written_ = true;
    // What is not regular has nothing to be cut off.
    const bool cut = !regular_ || ::ftruncate(file_.get(), 0) == 0;
    if (cut && write_all(file_.get(), fmt::format("{}\n", ::getpid())))
        return {};
    return {errno, std::generic_category()};
}

}  // namespace autossh
