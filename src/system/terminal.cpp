#include "autossh/system/terminal.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>

namespace autossh {

bool same_modes(const termios& one, const termios& other)
{
    return one.c_iflag == other.c_iflag && one.c_oflag == other.c_oflag && one.c_cflag == other.c_cflag &&
           one.c_lflag == other.c_lflag && std::ranges::equal(one.c_cc, other.c_cc) &&
           ::cfgetispeed(&one) == ::cfgetispeed(&other) && ::cfgetospeed(&one) == ::cfgetospeed(&other);
}

Terminal::Terminal()
    : fd_(::isatty(STDIN_FILENO) != 0 ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                      : ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC))
{}

void Terminal::remember()
{
    termios modes{};
    if (in_foreground() && ::tcgetattr(fd_.get(), &modes) == 0)
        modes_ = modes;
}

void Terminal::restore() const
{
    termios now{};
    if (!modes_ || !in_foreground() || ::tcgetattr(fd_.get(), &now) != 0)
        return;
    if (!same_modes(now, *modes_))
        ::tcsetattr(fd_.get(), TCSANOW, &*modes_);
}

bool Terminal::typed_within(Duration time) const
{
    struct stat status {};
    if (!fd_ || ::isatty(STDIN_FILENO) == 0 || ::fstat(STDIN_FILENO, &status) != 0)
        return false;
    const auto typed = std::chrono::system_clock::from_time_t(status.st_atime);
    const auto ago = std::chrono::system_clock::now() - typed;
    return ago >= Duration::zero() && ago <= time;  // less: the clock was set back, and nothing is known
}

bool Terminal::in_foreground() const
{
    return fd_ && ::tcgetpgrp(fd_.get()) == ::getpgrp();
}

}  // namespace autossh
