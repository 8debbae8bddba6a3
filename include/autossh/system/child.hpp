// One running ssh, from its start to its end. The only file that knows Boost.Process.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/exit_status.hpp"
#include "autossh/system/login_progress.hpp"
#include "autossh/system/spawn.hpp"

#include <functional>
#include <memory>
#include <optional>

#include <boost/process/v2/process.hpp>

namespace autossh {

/// Never signals a pid that has been waited for; kills and reaps on destruction, so that no exception can
/// leave an ssh behind.
class Child {
public:
    /// Starts it, as spawn() does. `on_change` is called when it has ended or been stopped.
    Child(Executor executor, const Command& command, const InheritedSignals& inherited,
          std::function<void()> on_change, const Streams& streams = {});
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return handle_.id(); }

    /// Nothing while it lives. Asks the system, so its end is never missed, however late the signal.
    std::optional<ExitStatus> status();

    /// What the system shows of it; once it has ended, what it showed then.
    ProcessTraces traces() const;

    /// The signal that stopped it (SIGTSTP …), or 0 when it goes on, told once. Ask again until there is
    /// nothing.
    std::optional<int> take_stop();

    /// To its whole group, if it leads one.
    void signal(int number);

    /// Leaves it to its fate: not even SIGKILL has ended it (a dead disk, a frozen cgroup).
    void abandon();

private:
    void watch();

    SignalSet changes_;  // before the spawn: no SIGCHLD may be lost
    boost::process::v2::process_handle handle_;
    std::function<void()> on_change_;
    bool own_group_;
    std::optional<ExitStatus> status_;
    ProcessTraces last_traces_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< a queued handler may outlive us
};

}  // namespace autossh
