// A second ssh beside the one whose connection is doubted: it logs in without forwards, and may take its
// place.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/failure.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/log_pipe.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/system/child.hpp"
#include "autossh/tunnel/prepare.hpp"
#include "autossh/tunnel/starts.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// Manual, "A better connection first". Of one tunnel, one after another. That it has logged in is known
/// from its control socket, which ssh makes then, and on which no server has a say.
class Replacement {
public:
    /// `place`: is told how the starts end. `on_change`: look.
    Replacement(const ProcessContext& process, const TunnelSettings& settings, Starts::Beside& place,
                std::function<void()> on_change);
    ~Replacement();
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;

    /// What one that has logged in leaves to whoever takes it over.
    struct LoggedIn {
        Prepared prepared;
        SshOutput output;
        std::unique_ptr<Child> child;
        std::uint64_t started = 0;        ///< as ProcessStat::started
        std::vector<std::string> lines;   ///< of its log, with their ends
        std::vector<std::string> errors;  ///< what has gone past its log
    };

    /// None runs, and it has its place. `prepared`: with a folder of its own and a control line. Throws
    /// std::system_error.
    void start(Prepared prepared, Command command, const Streams& streams);
    bool is_running() const { return ssh_ != nullptr; }
    pid_t pid() const { return ssh_->child->pid(); }
    struct End {
        Failure failure;
        bool may_be_refused = false;  ///< the server may count it as a wrong try
        bool closed_at_once = false;  ///< by the server, before its greeting
    };
    /// Does what has come due. An end: it could not log in, or not in time, and is over.
    std::optional<End> look(Time now);
    Time next_look() const;

    /// It has logged in, and lives.
    bool is_in();
    LoggedIn take();
    /// Ends it, if it runs; else it gives up its place.
    void drop();
    /// It was dropped: waits for its end, for the kill time at most. `stops`: as end_process().
    Awaitable<void> finish(Event& event, const int& stops);

private:
    /// Most tunnels have none for days: only one that is there takes memory.
    struct Running {
        Prepared prepared;
        SshOutput output;
        std::unique_ptr<Child> child;
        std::uint64_t started = 0;  ///< as ProcessStat::started
        std::shared_ptr<MuxClient> master;
        std::vector<std::string> lines;
        std::vector<std::string> errors;
        Time too_late = never;
        Time next_question = never;
        bool answers = false;  ///< at its control socket
        Lifetime lifetime;
    };
    /// One that was dropped.
    struct Ending {
        Ending(const Executor& executor, std::function<void()> kill) : kill_alarm(executor, std::move(kill))
        {}

        std::unique_ptr<Child> child;
        SshOutput output;  ///< or it would stand still on the way to its end
        Alarm kill_alarm;
    };

    UniqueFd read_output(Running& ssh);
    void take_line(std::string_view line);
    void ask_whether_in();
    Awaitable<void> ask(std::shared_ptr<MuxClient> master, Lifetime::Observer observer);
    End end_of(ExitStatus status) const;
    void kill();
    void forget();

    ProcessContext process_;
    const TunnelSettings& settings_;
    Starts::Beside& place_;
    std::function<void()> on_change_;
    std::unique_ptr<Running> ssh_;
    std::unique_ptr<Ending> ending_;
};

}  // namespace autossh
