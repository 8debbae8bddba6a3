// Whether files have changed, by what the system tells of them.
#pragma once

#include <ctime>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// A file's identity and times; all zero where there is none, or a device.
struct FileMark {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec modified{};
    timespec changed{};

    bool operator==(const FileMark& other) const;
};

/// In the order of `paths`.
std::vector<FileMark> marks_of(std::span<const std::string> paths);

}  // namespace autossh
