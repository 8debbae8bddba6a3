#include "autossh/ctl/watch_signals.hpp"

#include "autossh/ctl/wake_pipe.hpp"

#include <array>
#include <csignal>
#include <memory>

#include <pthread.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::array taken{SIGWINCH, SIGCONT, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// What a handler can reach is global.
std::unique_ptr<WakePipe> signal_pipe;
volatile std::sig_atomic_t signal_pipe_end = -1;
std::array<struct sigaction, taken.size()> actions_before;

void note_signal(int signal)
{
    wake(signal_pipe_end, static_cast<char>(signal));
}

struct sigaction handler_of(void (*handler)(int))
{
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    return action;
}

/// With its usual action, which is carried out at once.
void raise_usual(int signal)
{
    const struct sigaction usual = handler_of(SIG_DFL);
    struct sigaction before {};
    ::sigaction(signal, &usual, &before);
    sigset_t one;
    sigset_t mask;
    ::sigemptyset(&one);
    ::sigaddset(&one, signal);
    ::pthread_sigmask(SIG_UNBLOCK, &one, &mask);
    ::kill(::getpid(), signal);
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    ::sigaction(signal, &before, nullptr);
}

}  // namespace

WatchSignals::WatchSignals()
{
    signal_pipe = std::make_unique<WakePipe>(make_wake_pipe());
    signal_pipe_end = signal_pipe->write.get();
    const struct sigaction action = handler_of(note_signal);
    for (std::size_t i = 0; i < taken.size(); ++i) {
        ::sigaction(taken[i], nullptr, &actions_before[i]);
        // nohup, and a shell without job control, have had some ignored.
        if (actions_before[i].sa_handler != SIG_IGN)
            ::sigaction(taken[i], &action, nullptr);
    }
}

WatchSignals::~WatchSignals()
{
    for (std::size_t i = 0; i < taken.size(); ++i)
        ::sigaction(taken[i], &actions_before[i], nullptr);
    signal_pipe_end = -1;
    signal_pipe.reset();
}

int WatchSignals::fd() const
{
    return signal_pipe->read.get();
}

std::optional<int> WatchSignals::take()
{
    char byte = 0;
    return ::read(signal_pipe->read.get(), &byte, 1) == 1 ? std::optional<int>(byte) : std::nullopt;
}

void WatchSignals::stop_here()
{
    raise_usual(SIGTSTP);
}

void die_of(int signal)
{
    raise_usual(signal);
}

}  // namespace autossh
