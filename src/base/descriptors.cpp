#include "autossh/base/descriptors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr int patience_ms = 100;

bool is_regular(int fd)
{
    struct stat file {};
    return ::fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
}

/// Returns what was not written.
std::string_view write_within(int fd, std::string_view text, int wait_ms, bool regular)
{
    while (!text.empty()) {
        pollfd writable{fd, POLLOUT, 0};
        const int ready = regular ? 1 : ::poll(&writable, 1, wait_ms);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return text;
        // A pipe that is writable takes this much without blocking.
        const std::size_t most = regular ? text.size() : PIPE_BUF;
        const ssize_t written = ::write(fd, text.data(), std::min(text.size(), most));
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EAGAIN && errno != EINTR)
            return text;
    }
    return text;
}

std::vector<int> open_descriptors()
{
    std::vector<int> found;
    if (DIR* const directory = ::opendir("/dev/fd")) {
        while (const dirent* const entry = ::readdir(directory))
            found.push_back(std::atoi(entry->d_name));  // "." and "..": 0
        ::closedir(directory);
    } else {
        found.resize(1024);
        std::iota(found.begin(), found.end(), 0);
    }
    return found;
}

}  // namespace

bool write_all(int fd, std::string_view text)
{
    return write_within(fd, text, patience_ms, is_regular(fd)).empty();
}

Sending send_now(int socket, std::string_view& rest)
{
    while (!rest.empty()) {
        const ssize_t size = ::send(socket, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size > 0)
            rest.remove_prefix(static_cast<std::size_t>(size));
        else if (size < 0 && errno == EAGAIN)
            return Sending::later;
        else if (size == 0 || errno != EINTR)
            return Sending::ended;
    }
    return Sending::done;
}

bool send_descriptor(int socket, int descriptor)
{
    char byte = 0;
    iovec content{&byte, sizeof byte};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptor)> room{};
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
    ssize_t sent = 0;
    do
        sent = ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == 1;
}

ssize_t read_some(int fd, std::span<char> room)
{
    ssize_t size = 0;
    do
        size = ::read(fd, room.data(), room.size());
    while (size < 0 && errno == EINTR);
    return size;
}

bool Outlet::write(int fd, std::string_view text)
{
    if (std::exchange(fd_, fd) != fd)
        regular_ = is_regular(fd);
    const int wait_ms = stuck_ ? 0 : patience_ms;
    stuck_ = torn_ && !write_within(fd, "\n", wait_ms, regular_).empty();
    if (stuck_)
        return false;
    const std::string_view rest = write_within(fd, text, wait_ms, regular_);
    stuck_ = !rest.empty();
    torn_ = stuck_ && rest.size() < text.size();
    return !stuck_;
}

Pipe::Pipe()
{
    int ends[2];
    if (::pipe(ends) < 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    close_on_exec(ends[0]);
    close_on_exec(ends[1]);
    read_end = UniqueFd(ends[0]);
    write_end = UniqueFd(ends[1]);
}

void close_on_exec(int fd)
{
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void make_blocking(int fd)
{
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

void reserve_standard_streams()
{
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(fd, F_GETFD) < 0)
            ::open("/dev/null", O_RDWR | O_CLOEXEC);  // takes the lowest free number, which is fd
}

void detach_standard_streams()
{
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return;
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(null, fd);
    ::close(null);
}

void close_inherited_descriptors()
{
    for (const int fd : open_descriptors())
        if (fd > STDERR_FILENO && (::fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0)
            ::close(fd);
}

bool same_file(int fd, int other)
{
    struct stat one {};
    struct stat two {};
    return ::fstat(fd, &one) == 0 && ::fstat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

}  // namespace autossh
