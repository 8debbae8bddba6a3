// Who has locked a file with flock(2).
#pragma once

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

/// A stranger who can read the file can lock it, and shall not keep us from it. Gives his process, or 0: one
/// that counts has locked it, or one that cannot be seen.
pid_t stranger_with_lock(int file);

}  // namespace autossh
