#include "autossh/system/caught_signals.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::array ending_signals{SIGALRM, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
/// A SIGCONT without a stop before it that we know of: that was SIGSTOP.
constexpr std::array stopping_signals{SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT};

volatile std::sig_atomic_t report_fd = -1;

extern "C" void report_signal(int number)
{
    const int error = errno;
    const auto byte = static_cast<unsigned char>(number);
    static_cast<void>(!::write(report_fd, &byte, 1));
    errno = error;
}

bool is_in(int number, const auto& numbers)
{
    return std::ranges::find(numbers, number) != std::end(numbers);
}

}  // namespace

CaughtSignals::CaughtSignals()
{
    for (const int end : {report_.read_end.get(), report_.write_end.get()})
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    report_fd = report_.write_end.get();
    for (const int number : ending_signals)
        handle(number);
    for (const int number : stopping_signals)
        handle(number);
}

bool CaughtSignals::any()
{
    collect();
    return !caught_.empty();
}

bool CaughtSignals::raise_again()
{
    put_back();
    collect();
    // As the system has it: a stop and its end undo each other, and of several stops one is enough.
    int stop = 0;
    for (const int number : caught_) {
        if (is_in(number, stopping_signals))
            stop = number;
        else
            ::raise(number);
    }
    if (stop != 0)
        ::raise(stop);
    return stop != 0;
}

void CaughtSignals::handle(int number)
{
    Handled handled{number, {}};
    ::sigaction(number, nullptr, &handled.before);
    if (handled.before.sa_handler == SIG_IGN)
        return;
    struct sigaction action {};
    action.sa_handler = report_signal;
    ::sigemptyset(&action.sa_mask);
    handled_.push_back(handled);
    ::sigaction(number, &action, nullptr);
}

void CaughtSignals::put_back()
{
    for (const Handled& handled : std::exchange(handled_, {}))
        ::sigaction(handled.number, &handled.before, nullptr);
    report_fd = -1;
}

void CaughtSignals::collect()
{
    unsigned char number = 0;
    while (::read(report_.read_end.get(), &number, 1) == 1) {
        std::erase(caught_, number);
        caught_.push_back(number);
    }
}

}  // namespace autossh
