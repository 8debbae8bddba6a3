#include "autossh/base/signals.hpp"

#include <algorithm>

namespace autossh {

namespace {

sigset_t set_of_handled()
{
    sigset_t handled;
    ::sigemptyset(&handled);
    for (const int signal : handled_signals)
        ::sigaddset(&handled, signal);
    return handled;
}

}  // namespace

InheritedSignals::InheritedSignals()
{
    std::size_t next = 0;
    const auto remember = [&](int signal) {
        Disposition& disposition = dispositions_.at(next++);
        disposition.signal = signal;
        struct sigaction now {};
        ::sigaction(signal, nullptr, &now);
        // A handler is lost at exec anyway, and must not run in a child that shares our memory until then.
        disposition.action.sa_handler =
            (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_IGN ? SIG_IGN : SIG_DFL;
    };
    for (const int signal : handled_signals)
        remember(signal);
    for (const int signal : ignored_signals)
        remember(signal);
    ::sigprocmask(SIG_SETMASK, nullptr, &mask_);
}

void InheritedSignals::prepare() const
{
    for (const int signal : ignored_signals)
        ::signal(signal, SIG_IGN);
    ::signal(SIGCHLD, SIG_DFL);
}

void InheritedSignals::deliver() const
{
    // One that waits is older than the first ssh, and does not mean it. It goes when it is ignored.
    struct sigaction ours {};
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    if (::sigaction(SIGUSR1, &ignored, &ours) == 0)
        ::sigaction(SIGUSR1, &ours, nullptr);
    const sigset_t handled = set_of_handled();
    ::sigprocmask(SIG_UNBLOCK, &handled, nullptr);
}

bool InheritedSignals::was_ignored(int signal) const
{
    const auto known = std::ranges::find(dispositions_, signal, &Disposition::signal);
    return known != dispositions_.end() && known->action.sa_handler == SIG_IGN;
}

void InheritedSignals::restore() const
{
    for (const Disposition& disposition : dispositions_)
        ::sigaction(disposition.signal, &disposition.action, nullptr);
    if (open_files_)
        ::setrlimit(RLIMIT_NOFILE, &*open_files_);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

std::size_t InheritedSignals::raise_open_files()
{
    rlimit now{};
    if (::getrlimit(RLIMIT_NOFILE, &now) != 0)
        return 0;
    const rlimit raised{now.rlim_max, now.rlim_max};
    if (now.rlim_cur == now.rlim_max || ::setrlimit(RLIMIT_NOFILE, &raised) != 0)
        return static_cast<std::size_t>(now.rlim_cur);
    open_files_ = now;
    return static_cast<std::size_t>(raised.rlim_cur);
}

SignalsHeld::SignalsHeld(const InheritedSignals& inherited)
{
    sigset_t held;
    ::sigemptyset(&held);
    for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2, SIGALRM})
        ::sigaddset(&held, signal);
    if (inherited.was_ignored(SIGINT))
        ::sigaddset(&held, SIGINT);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
}

void SignalsHeld::let_go() const
{
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

SignalsBlockedAtEnd::~SignalsBlockedAtEnd()
{
    const sigset_t handled = set_of_handled();
    ::sigprocmask(SIG_BLOCK, &handled, nullptr);
}

SignalsBlocked::SignalsBlocked()
{
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked()
{
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace autossh
