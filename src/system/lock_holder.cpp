#include "autossh/system/lock_holder.hpp"

#include "autossh/base/file_text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>

#include <sys/stat.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t longest_list = 64 * 1024 * 1024;  // of all locks on the machine

/// proc(5): "Uid: real, effective, saved set, filesystem". Not the owner of /proc/PID: that is root for who
/// has made himself not dumpable.
std::optional<uid_t> user_of(pid_t process)
{
    const std::string status = text_of_file(fmt::format("/proc/{}/status", process)).value_or("");
    const std::size_t at = status.find("\nUid:");
    unsigned user = 0;
    if (at == std::string::npos || std::sscanf(status.c_str() + at, "\nUid: %u", &user) != 1)
        return std::nullopt;
    return user;
}

/// One that is hidden (hidepid) may be root's.
bool counts(pid_t process)
{
    const bool lives = process > 0 && (::kill(process, 0) == 0 || errno == EPERM);
    return lives && (!user_of(process) || is_ours_or_roots(process));
}

}  // namespace

std::vector<pid_t> lock_holders(std::string_view locks, dev_t device, ino_t inode)
{
    std::vector<pid_t> exact;
    std::vector<pid_t> by_inode;  // where a file system has a device of its own for stat(2), as btrfs has
    while (!locks.empty()) {
        const std::string line(locks.substr(0, locks.find('\n')));
        locks.remove_prefix(std::min(line.size() + 1, locks.size()));
        int process = 0;
        unsigned major_number = 0;
        unsigned minor_number = 0;
        unsigned long number = 0;
        const int fields = std::sscanf(line.c_str(), "%*d: FLOCK %*s %*s %d %x:%x:%lu", &process,
                                       &major_number, &minor_number, &number);
        if (fields != 4 || number != inode)
            continue;
        by_inode.push_back(process);
        if (makedev(major_number, minor_number) == device)
            exact.push_back(process);
    }
    return exact.empty() ? by_inode : exact;
}

bool is_ours_or_roots(pid_t process)
{
    const auto user = process > 0 ? user_of(process) : std::nullopt;
    return user && (*user == 0 || *user == ::geteuid() || *user == ::getuid());
}

std::vector<pid_t> holders_of_lock(int file)
{
    struct stat status {};
    if (::fstat(file, &status) < 0)
        return {};
    return lock_holders(text_of_file("/proc/locks", longest_list).value_or(""), status.st_dev, status.st_ino);
}

pid_t stranger_among(std::span<const pid_t> holders)
{
    return holders.empty() || std::ranges::any_of(holders, counts) ? 0 : holders.front();
}

}  // namespace autossh
