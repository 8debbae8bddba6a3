// A directory of our own for sockets, that nobody else can enter, gone when we are.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/base/unique_fd.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// `PARENT/auto-ssh.PID.XXXXXX`, mode 0700, empty at first.
class PrivateDirectory {
public:
    /// A directory in which it may be made.
    struct Candidate {
        std::string path;
        std::string variable = {};  ///< that names it; empty: none does

        bool operator==(const Candidate&) const = default;
    };

    /// Best first: $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR, $TMPDIR, /tmp.
    static std::vector<Candidate> candidates(const Environment& environment);

    struct Found {
        std::string path;
        std::string parent;
        pid_t pid = 0;  ///< who has made it, alive or not, as its name says
        uid_t owner = 0;
        int error = 0;  ///< it is the parent that was found, and it cannot be looked into
    };

    /// Those in `parent`. Nothing where there is no such directory.
    static std::vector<Found> find(const std::string& parent);

    /// Whether `path` leads into one, by its text alone.
    static bool is_in_one(std::string_view path);

    /// Its autossh lives, also where the pid means nothing to us: it is locked.
    static bool is_in_use(const std::string& path);

    /// Makes it in the first that exists, lets us write, that nobody else can change (safe_place), and whose
    /// path fits into a socket's address and ssh's -L and -R. Throws std::runtime_error that names every
    /// candidate with its reason.
    explicit PrivateDirectory(const std::vector<Candidate>& candidates);

    /// Removes it with all that is in it, in the process that has made it.
    ~PrivateDirectory();
    PrivateDirectory(const PrivateDirectory&) = delete;
    PrivateDirectory& operator=(const PrivateDirectory&) = delete;

    /// Removes beside it what autosshs that were killed have left behind.
    void remove_leftovers() const;

    /// False where somebody has removed it: systemd does at the user's last logout.
    bool exists() const;

    /// Absolute, without a link in it.
    const std::string& path() const { return path_; }

private:
    std::string parent_;
    std::string path_;
    pid_t owner_;
    UniqueFd lock_;  ///< says that we live, also where our pid is not known: in another container
};

/// The part of it that belongs to one tunnel: the directory itself for the first, a folder in it for each
/// other.
class PrivateFolder {
public:
    /// `name`: empty for the directory itself. Throws std::system_error.
    PrivateFolder(std::shared_ptr<PrivateDirectory> directory, const std::string& name);

    /// False where somebody has removed it.
    bool exists() const;

    const std::string& path() const { return path_; }
    /// What the whole process shares.
    const std::shared_ptr<PrivateDirectory>& directory() const { return directory_; }

private:
    std::shared_ptr<PrivateDirectory> directory_;
    std::string path_;
};

}  // namespace autossh
