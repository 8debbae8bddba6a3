// The log file: appended to, and opened anew when it has been moved away or removed.
#pragma once

#include "autossh/unique_fd.hpp"

#include <string>

#include <sys/types.h>

namespace autossh {

class LogFile {
public:
    /// Throws ConfigError ("PATH: REASON").
    explicit LogFile(const std::string& path);

    int descriptor() const { return fd_.get(); }
    const std::string& path() const { return path_; }

    /// Whether another file has its name, or none.
    bool was_moved() const;

    /// Opens what has its name now, or makes it. Returns why that cannot be; then, the old one stays open.
    /// What is no regular file (a terminal, a FIFO) is nobody's to move, and stays open too.
    std::string reopen();

private:
    std::string path_;  ///< absolute: -f changes the directory
    UniqueFd fd_;
    bool regular_ = false;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace autossh
