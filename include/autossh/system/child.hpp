// A program that we have started, from its start to its end. The only file that knows Boost.Process.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/exit_status.hpp"
#include "autossh/base/time.hpp"
#include "autossh/system/login_progress.hpp"
#include "autossh/system/reaper.hpp"
#include "autossh/system/spawn.hpp"

#include <chrono>
#include <functional>
#include <list>
#include <optional>

namespace autossh {

/// What it takes to start a child, and to learn of its end. They outlive every child.
struct ProcessContext {
    Executor executor;
    const InheritedSignals& inherited;
    Reaper& reaper;
};

/// How long what was sent SIGKILL may take to go, before whoever waits for it goes on without it.
inline constexpr Duration time_to_die = std::chrono::milliseconds(100);

/// Never signals a pid that has been waited for; kills and reaps on destruction, so that no exception can
/// leave an ssh behind.
class Child {
public:
    /// Starts it, as spawn() does. `on_change` is called when it has ended or been stopped.
    Child(const ProcessContext& context, const Command& command, std::function<void()> on_change,
          const Streams& streams = {});
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }

    /// Nothing while it lives. Asks the system, so that its end is known before a timer that has run out in
    /// the meantime is minded.
    const std::optional<ExitStatus>& status();

    /// What the system shows of it; once it has ended, what it showed then, if that was to be kept.
    ProcessTraces traces() const;
    /// Reading them takes longer than all else that is to be done at its end.
    void keep_traces(bool wanted) { keeps_traces_ = wanted; }

    /// The signal that stopped it (SIGTSTP …), or 0 when it goes on, reported once. Ask again until there is
    /// nothing.
    std::optional<int> take_stop();

    /// To its whole group, if it leads one.
    void signal(int number);

    /// Leaves it to its fate: not even SIGKILL has ended it (a dead disk, a frozen cgroup).
    void abandon();

private:
    void has_changed();
    void read_stops();
    void read_end();
    void settle(ExitStatus status);

    Executor executor_;
    pid_t pid_;
    Reaper::Registration registration_;
    std::function<void()> on_change_;
    bool own_group_;
    std::list<int> stops_;
    std::optional<ExitStatus> status_;
    bool keeps_traces_ = false;
    ProcessTraces last_traces_;
};

}  // namespace autossh
