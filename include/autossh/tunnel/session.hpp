// The ssh of a tunnel, one after another: how it is run, how its log is read, how it is tested, and what is
// known of it.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/heartbeat/tests.hpp"
#include "autossh/rules/backoff.hpp"
#include "autossh/rules/end_rules.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/tunnel/client_process.hpp"
#include "autossh/tunnel/connection_watch.hpp"
#include "autossh/tunnel/forward_watch.hpp"
#include "autossh/tunnel/own_master.hpp"
#include "autossh/tunnel/session_facts.hpp"
#include "autossh/tunnel/setup.hpp"
#include "autossh/tunnel/status_tracker.hpp"
#include "autossh/tunnel/world.hpp"

#include <optional>

namespace autossh {

/// Decides nothing: it says what the rules need to know, and does what they say.
class Session {
public:
    /// Binds the monitor's port. `event` is notified of every change. Throws ConfigError.
    Session(World& world, std::size_t number, const TunnelSettings& settings, LoginHelp& help, Log& log,
            Event& event);

    SshSetup& setup() { return setup_; }
    const SshSetup& setup() const { return setup_; }
    StatusTracker& status_tracker() { return tracker_; }
    const SshPlan& plan() const { return setup_.plan(); }
    bool caller_waits() const { return answerer_.caller_is_there(); }
    bool needs_person() const { return answerer_.person_is_needed(); }
    const Status& status_of_tunnel() const { return tracker_.status(); }

    /// `start`: which one, from 1. Gives the reason where none may be started: its questions could not be
    /// answered, and each would cost a wrong try. Throws std::system_error.
    std::optional<Failure> start(std::int64_t start);
    /// Of the ssh that was started. Nothing: it runs.
    std::optional<ExitStatus> status() { return process_.status(); }

    /// Takes in what has happened by now, before anything is decided.
    void look();
    /// Of the living ssh. What was asked, and the lifetime, are for others to fill in.
    Situation situation();
    Time next_deadline() const;
    /// As SessionFacts says.
    bool stream_is_lost(std::optional<FailureClass> failure) const { return facts_.stream_is_lost(failure); }

    /// The network has changed: is our address gone?
    void note_network_change();
    /// It has changed, or time has passed unseen (sleep): a test is due.
    void test_now() { connection_.test_now(plan()); }
    /// We, or ssh, were stopped: so is one, but 1.4g's schedule over ports does not mind.
    void note_continued();

    /// It has ended: what it has said is taken in, in turns of the event loop. `stops`: requests to stop.
    Awaitable<void> hear_rest(const int& stops);
    Awaitable<void> end(const Ruling& reason, const int& stops);
    /// What the rules of the manual say now that it has ended.
    Ruling judge_end(ExitStatus status);
    /// Of a living ssh that is as good as ended: with ExitOnForwardFailure, carried out by us, a forward is
    /// refused; or it waits for an answer that it would better not get. Nothing: it is well.
    std::optional<Ruling> judge_living();
    /// It has ended. `failure`: of what.
    void finish(std::optional<FailureClass> failure);
    /// No other is started: nothing that one has left behind may live on.
    Awaitable<void> finish_orphans(const int& stops);
    /// The last one, after finish().
    std::optional<LastSession> last() const;

    ForwardWatch& forward_watch() { return forward_watch_; }

private:
    void follow_stops();
    bool tests_rest() const;
    bool ends_for_refusal() const;
    Holder holder_of_refused() const;

    Executor executor_;
    const TunnelSettings& settings_;
    Manner manner_;
    Log& log_;
    StatusTracker tracker_;
    PromptAnswerer answerer_;
    ConnectionTests tests_;
    ConnectionWatch connection_;
    SshSetup setup_;
    ClientProcess process_;
    SessionFacts facts_;
    ForwardWatch forward_watch_;
    OwnMaster own_master_;
    std::optional<LastSession> last_;
    bool login_seen_ = false;  ///< of this ssh
    bool we_end_ssh_ = false;  ///< the same: for a refused forward, in place of ssh itself
};

}  // namespace autossh
