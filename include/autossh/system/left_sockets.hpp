// Unix sockets that a process of ours listens on, in the file system: one that is killed leaves them behind,
// and keeps its successor from the path (Linux).
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Removes a socket of our user's where nobody answers, and nothing else. Gives whether it has.
bool remove_dead_socket(const std::string& path);

/// One after another makes them.
class LeftSockets {
public:
    /// Which of `paths` does this process, or one below it, listen on, also by a name that has been linked
    /// there since? Those are ours from now on.
    void note(pid_t process, std::span<const std::string> paths);

    /// It has ended. Removes those that are still the very same files, and where nobody answers. Gives them.
    std::vector<std::string> remove_dead();

private:
    struct File {
        dev_t device;
        ino_t inode;
    };
    std::map<std::string, File> sockets_;
};

}  // namespace autossh
