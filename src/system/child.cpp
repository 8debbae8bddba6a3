#include "autossh/system/child.hpp"

#include <csignal>
#include <utility>

#include <sys/wait.h>

namespace autossh {

Child::Child(Executor executor, const Command& command, const InheritedSignals& inherited,
             std::function<void()> on_change, const Streams& streams)
    : changes_(executor, SIGCHLD), handle_(executor, spawn(command, inherited, streams)),
      on_change_(std::move(on_change)), own_group_(streams.own_group)
{
    watch();
}

Child::~Child()
{
    if (status())
        return;
    signal(SIGKILL);
    boost::system::error_code ignored;
    boost::process::v2::native_exit_code_type code = 0;
    handle_.wait(code, ignored);
}

void Child::watch()
{
    changes_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error, int) {
        if (error || alive.expired())
            return;
        watch();
        on_change_();
    });
}

std::optional<ExitStatus> Child::status()
{
    if (status_)
        return status_;
    siginfo_t info{};
    const int result = ::waitid(P_PID, static_cast<id_t>(pid()), &info, WEXITED | WNOHANG | WNOWAIT);
    if (result == 0 && info.si_pid == 0)
        return std::nullopt;
    if (result == 0)  // they are gone with the wait for it
        last_traces_ = traces_of(pid());
    boost::system::error_code error;
    boost::process::v2::native_exit_code_type code = 0;
    if (handle_.running(code, error))
        return std::nullopt;
    // A child that somebody else has waited for left no status: an ssh error, which is worth a restart.
    status_ = error ? ExitStatus::exited(255) : ExitStatus::from_wait(code);
    return status_;
}

ProcessTraces Child::traces() const
{
    return status_ ? last_traces_ : traces_of(pid());
}

std::optional<int> Child::take_stop()
{
    if (status_)
        return std::nullopt;
    siginfo_t info{};
    const int changes = WSTOPPED | WCONTINUED | WNOHANG;
    if (::waitid(P_PID, static_cast<id_t>(pid()), &info, changes) < 0 || info.si_pid == 0)
        return std::nullopt;
    return info.si_code == CLD_CONTINUED ? 0 : info.si_status;
}

void Child::signal(int number)
{
    if (!status())
        ::kill(own_group_ ? -pid() : pid(), number);
}

void Child::abandon()
{
    status_ = ExitStatus::signalled(SIGKILL);
}

}  // namespace autossh
