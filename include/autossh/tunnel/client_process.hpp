// The process of a tunnel's ssh: how it is started, stopped and ended, what it shows of itself, and what it
// leaves behind.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/command.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/rules/stop_tracker.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/child.hpp"
#include "autossh/system/login_progress.hpp"
#include "autossh/system/terminal.hpp"
#include "autossh/tunnel/orphans.hpp"
#include "autossh/tunnel/world.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

namespace autossh {

/// One after another. It is there from start() to finish(), also when it has ended.
class ClientProcess {
public:
    /// `event` is notified of every change.
    ClientProcess(World& world, const TunnelSettings& settings, Log& log, Event& event);

    /// Before anything is done for the next start. `is_shared`: the connection, with another ssh.
    void will_start(bool is_shared);
    /// Throws std::system_error if it cannot be executed.
    /// `errors`: for its standard error; -1: ours.
    void start(Command command, int errors = -1);
    /// In place of start(): one that runs already, as for_another() was started.
    /// `started`: as ProcessStat::started.
    void adopt(std::unique_ptr<Child> child, std::uint64_t started);
    /// Another takes its place, and it lives on elsewhere.
    std::unique_ptr<Child> release() { return std::move(child_); }
    std::uint64_t started() const { return orphans_.ssh_started(); }
    /// One that was released has ended.
    void predecessor_ended(std::uint64_t started) { orphans_.predecessor_ended(started); }
    /// One of many has nothing to read. It stays in our session: one of its own is the sign of a daemon that
    /// is to outlive ssh.
    Streams streams(int errors = -1) const { return {.in = nothing_, .err = errors}; }
    /// For another ssh of this tunnel beside this one.
    Command for_another(Command command) const;
    const ProcessContext& context() const { return context_; }
    bool is_there() const { return child_ != nullptr; }
    pid_t pid() const { return child_->pid(); }
    /// Nothing: it runs.
    std::optional<ExitStatus> status() { return child_->status(); }

    /// As far as the process shows it. Of another program than OpenSSH's, nothing that could be understood.
    LoginProgress login_progress();
    /// Whether these are asked for once more when it has ended; until this is called they are.
    void keep_traces(bool wanted) { child_->keep_traces(wanted && is_openssh_.value_or(true)); }
    /// It has ended: it is OpenSSH's, and may have written so many bytes.
    bool may_have_been_refused(std::uint64_t least_bytes);

    enum class StopChange {
        suspended_with_us,  ///< by ~^Z; both go on now
        stopped,
        goes_on,
    };
    /// Manual, "Stopped ssh" and "Interactive use": what has happened, one change after another; nothing:
    /// there is no more.
    std::optional<StopChange> take_stop_change();
    const StopTracker& stops() const { return stops_; }

    /// Manual, "Ending ssh". `stops`: requests to stop.
    Awaitable<void> end(const int& stops);
    /// It has ended, and what it has left behind is being ended.
    void finish();
    /// No other is started: waits for all that is being ended.
    Awaitable<void> finish_orphans(const int& stops);

    Terminal& terminal() { return terminal_; }
    const Terminal& terminal() const { return terminal_; }

private:
    bool is_openssh();

    ProcessContext context_;
    const TunnelSettings& settings_;
    Log& log_;
    Event& event_;
    std::string mark_;  ///< as Orphans::Terms::mark
    int nothing_;       ///< /dev/null, of several tunnels; else -1
    Terminal terminal_;
    std::optional<bool> is_openssh_;  ///< the program, if that was asked
    Orphans orphans_;
    StopTracker stops_;
    std::unique_ptr<Child> child_;
};

}  // namespace autossh
