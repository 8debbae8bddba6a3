#include "autossh/ctl/wake_pipe.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace autossh {

WakePipe make_wake_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    WakePipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
    for (const int end : ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    return pipe;
}

void wake(int fd, char byte)
{
    const int before = errno;
    static_cast<void>(!::write(fd, &byte, 1));  // a full one wakes as well
    errno = before;
}

void empty_wake_pipe(int fd)
{
    std::array<char, 64> bytes;
    while (::read(fd, bytes.data(), bytes.size()) > 0)
        continue;
}

}  // namespace autossh
