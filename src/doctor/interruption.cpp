#include "autossh/doctor/interruption.hpp"

namespace autossh {

namespace {

constexpr std::array interrupting{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile sig_atomic_t come_signal = 0;

void note_signal(int number)
{
    come_signal = number;
}

}  // namespace

Interruption::Interruption()
{
    come_signal = 0;
    for (std::size_t i = 0; i < interrupting.size(); ++i) {
        ::sigaction(interrupting[i], nullptr, &before_[i]);
        if (before_[i].sa_handler == SIG_IGN)
            continue;
        struct sigaction ours {};
        ours.sa_handler = note_signal;
        ::sigemptyset(&ours.sa_mask);
        ::sigaction(interrupting[i], &ours, nullptr);
    }
}

Interruption::~Interruption()
{
    for (std::size_t i = 0; i < interrupting.size(); ++i)
        ::sigaction(interrupting[i], &before_[i], nullptr);
    if (come_signal != 0)
        ::raise(come_signal);
}

bool Interruption::has_come() const
{
    return come_signal != 0;
}

}  // namespace autossh
