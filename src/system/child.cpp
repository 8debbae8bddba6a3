#include "autossh/system/child.hpp"

#include <csignal>
#include <utility>

#include <boost/process/v2/process.hpp>
#include <sys/wait.h>

namespace autossh {

namespace {

/// For one wait: while it lives, a handle is called at the end of every child, and there may be a thousand.
using Handle = boost::process::v2::basic_process_handle<Executor>;

}  // namespace

Child::Child(const ProcessContext& context, const Command& command, std::function<void()> on_change,
             const Streams& streams)
    : executor_(context.executor), pid_(spawn(command, context.inherited, streams)),
      on_change_(std::move(on_change)), own_group_(streams.own_group)
{
    registration_ = context.reaper.add(pid_, [this] { has_changed(); });
}

Child::~Child()
{
    if (status())
        return;
    signal(SIGKILL);
    registration_.reset();
    boost::system::error_code ignored;
    boost::process::v2::native_exit_code_type code = 0;
    Handle(executor_, pid_).wait(code, ignored);
}

void Child::has_changed()
{
    if (!status())
        read_stops();
    on_change_();
}

void Child::read_stops()
{
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WCONTINUED | WNOHANG) == 0 &&
           info.si_pid != 0) {
        stops_.push_back(info.si_code == CLD_CONTINUED ? 0 : info.si_status);
        info = {};
    }
}

void Child::read_end()
{
    siginfo_t info{};
    const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    if (result == 0 && info.si_pid == 0)
        return;
    if (result == 0 && keeps_traces_)  // they are gone with the wait for it
        last_traces_ = traces_of(pid_);
    boost::system::error_code error;
    boost::process::v2::native_exit_code_type code = 0;
    if (Handle(executor_, pid_).running(code, error))
        return;
    // A child that somebody else has waited for left no status: an ssh error, which is worth a restart.
    settle(error ? ExitStatus::exited(255) : ExitStatus::from_wait(code));
}

const std::optional<ExitStatus>& Child::status()
{
    if (!status_)
        read_end();
    return status_;
}

/// From here on its pid may be another's.
void Child::settle(ExitStatus status)
{
    status_ = status;
    stops_.clear();
    registration_.reset();
}

ProcessTraces Child::traces() const
{
    return status_ ? last_traces_ : traces_of(pid_);
}

std::optional<int> Child::take_stop()
{
    if (!status_)
        read_stops();
    if (stops_.empty())
        return std::nullopt;
    const int stop = stops_.front();
    stops_.pop_front();
    return stop;
}

void Child::signal(int number)
{
    if (!status())
        ::kill(own_group_ ? -pid_ : pid_, number);
}

void Child::abandon()
{
    settle(ExitStatus::signalled(SIGKILL));
}

}  // namespace autossh
