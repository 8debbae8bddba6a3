// What the rules need to know of an ssh that runs or has ended, gathered from all who watch it.
#pragma once

#include "autossh/rules/forward_retries.hpp"
#include "autossh/rules/held_ports.hpp"
#include "autossh/rules/login_patience.hpp"
#include "autossh/rules/login_rules.hpp"
#include "autossh/rules/session_end.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/words.hpp"
#include "autossh/system/uptime.hpp"
#include "autossh/tunnel/client_process.hpp"
#include "autossh/tunnel/connection_watch.hpp"
#include "autossh/tunnel/setup.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <optional>

namespace autossh {

/// Of one ssh after another.
class SessionFacts {
public:
    /// Who watches it; they outlive the facts.
    struct Watchers {
        ClientProcess& process;
        const StatusTracker& tracker;
        const PromptAnswerer& answerer;
        const ConnectionWatch& connection;
        const SshSetup& setup;
    };

    SessionFacts(const TunnelSettings& settings, const Watchers& watchers)
        : settings_(settings), process_(watchers.process), tracker_(watchers.tracker),
          answerer_(watchers.answerer), connection_(watchers.connection), setup_(watchers.setup),
          held_ports_(has_just_booted(), Clock::now())
    {}

    /// The next session begins. `first`: since autossh was started.
    void begin(Time now, bool first);
    /// One must have begun.
    Duration since_start() const;

    AwaitedLogin awaited_login() const;
    /// Of the ssh that is started next, by what those before it have taught.
    StartTerms start_terms() const;
    ForwardsOfSession forwards() const;

    /// The first start has ended within the gate time, and that was set aside.
    void gate_is_set_aside() { gate_is_set_aside_ = true; }
    /// The session has ended. `failure`: of what.
    void note_end(std::optional<FailureClass> failure);
    /// Another autossh has ended that had the forwards which were refused.
    void note_rivals_end();

    /// ssh has ended. `by_person`: as ended_at_terminal(), asked before. `failure`: what it has ended of;
    /// `by_log`: the same, by its log alone.
    SessionEnd end(ExitStatus status, bool by_person, const Failure& failure, const Failure& by_log) const;
    /// By ssh -O, which ssh does not say: it has ended of nothing else. Nothing: it was not told to, or that
    /// is not certain. `is_proven`: no words of the server's can be among the last in the log, or there is
    /// another sign.
    std::optional<Failure> end_by_command(ExitStatus status, bool is_proven) const;
    bool ended_at_terminal() const;
    /// Without a remedy where what has ended is the shell of a person at a terminal.
    Failure for_person(Failure failure) const;
    /// Another ssh cannot go on where this one has ended, or would end of such a failure.
    bool stream_is_lost(std::optional<FailureClass> failure) const;
    /// ssh has ended, or could not be started. `failure`: of what; nothing: it has not failed.
    bool login_may_be_refused(std::optional<FailureClass> failure) const;
    bool secret_may_be_wrong(FailureClass failure) const;

private:
    std::optional<Duration> login_limit() const;
    bool may_be_logged_in() const;
    void note_patience(std::optional<FailureClass> failure);

    const TunnelSettings& settings_;
    ClientProcess& process_;
    const StatusTracker& tracker_;
    const PromptAnswerer& answerer_;
    const ConnectionWatch& connection_;
    const SshSetup& setup_;
    HeldPorts held_ports_;
    LoginPatience patience_;
    std::optional<Time> started_;
    bool first_ = true;
    bool gate_is_set_aside_ = false;  ///< by the starts so far, of which none has logged in
};

}  // namespace autossh
