// A directory in which nobody else can put one thing in the place of another: no parent of it can be changed
// by others.
#pragma once

#include <string>

#include <sys/types.h>

namespace autossh {

/// Why somebody besides `us` and root can move or replace what is in a directory of that owner and mode.
/// Empty: nobody can.
std::string danger_of_directory(uid_t owner, mode_t mode, uid_t us);

struct SafePlace {
    std::string path;       ///< absolute and without a link in it; empty: there is none
    std::string complaint;  ///< why, with the name of the parent that is not safe

    explicit operator bool() const { return !path.empty(); }
};

/// `directory` itself and all above it. Use the path in the answer and not that in the question: there may be
/// a link of somebody else's in that, which leads elsewhere tomorrow.
SafePlace safe_place(const std::string& directory);

/// The same of one that is ours, and in which nobody but us and root can put or remove anything.
SafePlace own_place(const std::string& directory);

/// A file that only we and root can change, in a safe place. No link is followed.
bool is_safe_file(const std::string& path);

}  // namespace autossh
