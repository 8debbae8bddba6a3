// The log file: appended to, and opened anew when it has been moved away or removed.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"

#include <string>

#include <sys/types.h>

namespace autossh {

class LogFile {
public:
    /// Throws ConfigError ("PATH: REASON") if it cannot be opened by a mistake. Where time can cure the
    /// reason (a full disk), it is not open yet, and has a complaint.
    explicit LogFile(const std::string& path);

    bool is_open() const { return static_cast<bool>(fd_); }
    int descriptor() const { return fd_.get(); }  ///< -1: it is not open
    const std::string& complaint() const { return complaint_; }
    /// It is not open, and has not been tried for a while.
    bool is_to_be_tried() const { return !is_open() && Clock::now() >= next_try_; }
    const std::string& path() const { return path_; }

    /// Whether another file has its name, or none.
    bool was_moved() const;

    /// Opens what has its name now, or makes it. Returns why that cannot be; then, the old one stays open.
    /// What is no regular file (a terminal, a FIFO) is nobody's to move, and stays open too.
    std::string reopen();

private:
    int open();

    std::string path_;  ///< absolute: -f changes the directory
    UniqueFd fd_;
    std::string complaint_;
    Time next_try_{};
    bool regular_ = false;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace autossh
