// The file that holds our pid while we live, locked as long, so that no two of us have the same one.
#pragma once

#include "autossh/base/unique_fd.hpp"

#include <functional>
#include <span>
#include <string>
#include <system_error>

#include <sys/types.h>

namespace autossh {

/// The pid that a file tells on its first line; 0: none, and errno is set if it cannot be read.
pid_t pid_in(const std::string& path);

class PidFile {
public:
    /// Whether two command lines, without the program's name, ask for the same tunnel.
    using SameTunnel = std::function<bool(std::span<const std::string>, std::span<const std::string>)>;

    /// Opens `path`, through a symbolic link if it is one, and locks it if it is a regular file (not
    /// /dev/stdout) on a file system that can. Throws ConfigError if it cannot be opened, or if a living
    /// autossh has locked it: "already running (pid N)". The lock of another user does not count. One that
    /// is known to have another tunnel keeps the file, and we go on without it.
    explicit PidFile(std::string path, SameTunnel is_same = nullptr);
    /// Removes it, if it is a regular file, still the one at `path`, and holds nothing but what we have
    /// written.
    ~PidFile();
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

    /// Why it is not locked, though it could be, or not ours; or empty.
    const std::string& warning() const { return warning_; }

    /// Writes our pid. An error (disk full) is no reason to give up a tunnel.
    std::error_code write();

private:
    bool is_at_path() const;
    void look_at_holder();
    bool has_other_tunnel(pid_t process) const;
    void leave_to(pid_t process);

    std::string path_;
    SameTunnel is_same_;
    std::string warning_;
    UniqueFd file_;
    bool regular_ = false;
    bool written_ = false;
};

}  // namespace autossh
