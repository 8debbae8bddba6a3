// Who has locked a file with flock(2).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// The processes that have locked the file, by the text of Linux's /proc/locks. Those of a container that we
/// cannot look into are missing.
std::vector<pid_t> lock_holders(std::string_view locks, dev_t device, ino_t inode);

/// The same of an open file, now.
std::vector<pid_t> holders_of_lock(int file);

/// Whether the process lives and is our user's or root's. The user is who has started it: a set-user-ID
/// program is run by anybody.
bool is_ours_or_roots(pid_t process);

/// A stranger who can read the file can lock it, and shall not keep us from it. Gives his process of the
/// holders of the lock, or 0: one that counts is among them, or the holder cannot be seen.
pid_t stranger_among(std::span<const pid_t> holders);

}  // namespace autossh
