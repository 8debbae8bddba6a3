// Loaded into a tested autossh (LD_PRELOAD, with LATE_WRITES=before or =after): each write to a file takes 40
// ms more, before it or after it. A test that counts what it should wait for, as a line of the log behind
// another one, then fails each time, and not once in a hundred runs on a busy machine.
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <cerrno>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

bool is_before = false;
bool is_after = false;

/// Before main(), which looks at the environment: ssh and all others are to have none of this.
__attribute__((constructor)) void begin()
{
    const char* const when = std::getenv("LATE_WRITES");
    if (when == nullptr || std::strcmp(program_invocation_short_name, "autossh") != 0)
        return;
    is_before = std::strcmp(when, "before") == 0;
    is_after = !is_before;
    ::unsetenv("LATE_WRITES");
    ::unsetenv("LD_PRELOAD");
}

/// Not the pipes and sockets that wake the event loop.
bool is_file(int fd)
{
    struct stat file {};
    return ::fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
}

void be_late()
{
    timespec left{.tv_sec = 0, .tv_nsec = 40'000'000};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

}  // namespace

extern "C" ssize_t write(int fd, const void* data, size_t size)
{
    if (is_before && is_file(fd))
        be_late();
    const ssize_t written = ::syscall(SYS_write, fd, data, size);
    if (is_after && is_file(fd)) {
        const int error = errno;
        be_late();
        errno = error;
    }
    return written;
}
