#include "support/process/pseudo_terminal.hpp"

#include "support/occurrences.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test {
namespace {

int checked(int result, const char* what)
{
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return result;
}

}  // namespace

PseudoTerminal::PseudoTerminal()
{
    master_ = checked(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
    checked(grantpt(master_), "grantpt");
    checked(unlockpt(master_), "unlockpt");
    std::array<char, 128> name{};
    if (const int error = ptsname_r(master_, name.data(), name.size()); error != 0)
        throw std::system_error(error, std::generic_category(), "ptsname");
    path_ = name.data();
    slave_ = checked(open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC), path_.c_str());
    checked(pipe2(wake_, O_CLOEXEC), "pipe");
    reader_ = std::thread([this] { read_on(); });
}

PseudoTerminal::~PseudoTerminal()
{
    hang_up();
    close(wake_[0]);
}

void PseudoTerminal::read_on()
{
    std::array<pollfd, 2> watched{pollfd{master_, POLLIN, 0}, pollfd{wake_[0], POLLIN, 0}};
    std::array<char, 4096> buffer{};
    for (;;) {
        if (poll(watched.data(), watched.size(), -1) < 0)
            continue;
        if (watched[1].revents != 0)
            return;
        const ssize_t count = read(master_, buffer.data(), buffer.size());
        if (count <= 0)
            return;
        const std::lock_guard lock(mutex_);
        shown_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

void PseudoTerminal::type(const std::string& text) const
{
    checked(static_cast<int>(write(master_, text.data(), text.size())), "write to the terminal");
}

std::string PseudoTerminal::shown() const
{
    const std::lock_guard lock(mutex_);
    return shown_;
}

int PseudoTerminal::times_shown(const std::string& text) const
{
    return occurrences(shown(), text);
}

bool PseudoTerminal::wait_for_text(const std::string& text, std::chrono::milliseconds deadline) const
{
    return wait_until([&] { return shown().find(text) != std::string::npos; }, deadline);
}

void PseudoTerminal::set_size(unsigned short rows, unsigned short columns) const
{
    winsize size{};
    size.ws_row = rows;
    size.ws_col = columns;
    checked(ioctl(master_, TIOCSWINSZ, &size), "TIOCSWINSZ");
}

termios PseudoTerminal::modes() const
{
    termios result{};
    // By the master: it still answers when the session on the other side has ended.
    checked(tcgetattr(master_, &result), "tcgetattr");
    return result;
}

bool PseudoTerminal::has_modes(const termios& others) const
{
    const termios now = modes();
    return now.c_iflag == others.c_iflag && now.c_oflag == others.c_oflag && now.c_cflag == others.c_cflag &&
           now.c_lflag == others.c_lflag && std::ranges::equal(now.c_cc, others.c_cc);
}

bool PseudoTerminal::is_raw() const
{
    return (modes().c_lflag & static_cast<tcflag_t>(ECHO | ICANON)) == 0;
}

pid_t PseudoTerminal::foreground_group() const
{
    return tcgetpgrp(master_);
}

void PseudoTerminal::hang_up()
{
    if (master_ < 0)
        return;
    close(wake_[1]);  // ends the reader
    reader_.join();
    close(slave_);
    close(master_);
    master_ = -1;
}

}  // namespace autossh_test
