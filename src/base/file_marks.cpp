#include "autossh/base/file_marks.hpp"

#include <tuple>

#include <sys/stat.h>

namespace autossh {

bool FileMark::operator==(const FileMark& other) const
{
    const auto values = [](const FileMark& mark) {
        return std::tuple(mark.device, mark.inode, mark.size, mark.modified.tv_sec, mark.modified.tv_nsec,
                          mark.changed.tv_sec, mark.changed.tv_nsec);
    };
    return values(*this) == values(other);
}

std::vector<FileMark> marks_of(std::span<const std::string> paths)
{
    std::vector<FileMark> marks;
    for (const std::string& path : paths) {
        FileMark& mark = marks.emplace_back();
        struct stat status {};
        // The times of /dev/null say nothing, and anything may change them.
        if (::stat(path.c_str(), &status) != 0 || S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
            continue;
        mark.device = status.st_dev;
        mark.inode = status.st_ino;
        mark.size = status.st_size;
#ifdef __APPLE__
        mark.modified = status.st_mtimespec;
        mark.changed = status.st_ctimespec;
#else
        mark.modified = status.st_mtim;
        mark.changed = status.st_ctim;
#endif
    }
    return marks;
}

}  // namespace autossh
