// Keeps one ssh running, by the rules of the manual.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/boxed.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/rules/request.hpp"
#include "autossh/rules/rules.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/tunnel/client_questions.hpp"
#include "autossh/tunnel/session.hpp"
#include "autossh/tunnel/start_waits.hpp"
#include "autossh/tunnel/surroundings.hpp"
#include "autossh/tunnel/world.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace autossh {

/// Every event (a request, the end of ssh, the result of a test) leaves state behind and wakes the coroutine,
/// which looks at the state. Nothing is learned from which event it was, so none can be lost.
class Tunnel {
public:
    /// Binds the monitor's port. `on_started` is called when the first ssh has been executed, or must be
    /// waited for. Throws ConfigError.
    /// `number`: from 1, of none that is there: its private folder is named by it.
    Tunnel(World& world, std::size_t number, const TunnelSettings& settings, LoginHelp& help, Log& log,
           std::function<void()> on_started);

    /// Starts ssh again and again until a rule says otherwise. Throws std::system_error if ssh cannot be
    /// executed.
    Awaitable<void> run();
    /// After run(): what has ended it, which never is to restart.
    const Ruling& ruling() const { return ruling_; }

    /// `signal`: which one asked, for the log. A second stop kills ssh at once.
    void ask(Request request, int signal);

    /// Its settings, which outlive it, have other times and rules now (FleetChange::times).
    void take_over_times();

    /// They have other forwards (FleetChange::forwards): on the living connection where that can be, else
    /// with another ssh.
    void take_over_forwards();

    /// The program was stopped and goes on: is the connection well? Means nothing during a wait.
    void note_continued() { surroundings_.note_continued(); }

    /// What ssh finds wrong in its options or configuration; or empty. Known before the first start.
    std::string mistake() const;
    const Status& status() const { return session_.status_tracker().status(); }
    const Session& session() const { return session_; }
    std::int64_t starts() const { return starts_; }         ///< of ssh
    std::size_t queued() const { return waits_.queued(); }  ///< tunnels that start before it
    bool needs_person() const { return session_.needs_person(); }
    bool runs_shell() const { return session_.plan().session.is_shell; }
    bool has_forwards() const { return session_.plan().forwards.users > 0; }
    /// `on_change` is called whenever there may be more to say of the status, `on_end` when no other ssh will
    /// be started.
    void watch_status(std::function<void()> on_change, std::function<void()> on_end)
    {
        session_.status_tracker().watch_status(std::move(on_change));
        on_end_ = std::move(on_end);
    }

private:
    Time end_of_life() const;
    Awaitable<void> keep_running();
    Awaitable<bool> come_to_start();
    Awaitable<void> ask_client();
    Awaitable<void> change_forwards();
    Awaitable<void> watch();
    Awaitable<void> finish(Boxed<Ruling> reason);
    Awaitable<Ruling> end_ssh(const Ruling& reason);
    Awaitable<Ruling> rule_on_end(ExitStatus status);
    Awaitable<void> wait_for_stop(Time deadline);

    Ruling max_start_is_reached();
    Ruling mistake_is_told();
    bool start();
    void set_up_has_finished();
    void pass_on_events();
    Boxed<Ruling> look_at_living();
    std::optional<Ruling> reason_to_end_ssh();
    void conclude(const Ruling& ruling);

    World& world_;
    const TunnelSettings& settings_;
    Manner manner_;
    Log& log_;
    std::function<void()> on_started_;
    std::function<void()> on_end_ = [] {};
    Time began_ = Clock::now();
    Time end_of_life_;
    Event event_;
    Requests requests_;
    Session session_;
    Surroundings surroundings_;
    StartWaits waits_;
    ClientQuestions client_questions_;

    Ruling ruling_;  ///< on the end of the last ssh, or of all
    std::int64_t starts_ = 0;
    bool words_changed_ = false;  ///< those of ssh, since it was asked
    std::string down_because_;    ///< why the last ssh has ended; reported with the wait that follows
};

}  // namespace autossh
