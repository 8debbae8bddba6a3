// The ssh of a tunnel, one after another: how it is run, how its log is read, how it is tested, and what is
// known of it.
#pragma once

#include "autossh/base/boxed.hpp"
#include "autossh/base/log.hpp"
#include "autossh/heartbeat/tests.hpp"
#include "autossh/rules/backoff.hpp"
#include "autossh/rules/end_rules.hpp"
#include "autossh/rules/replacement_pace.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/tunnel/client_process.hpp"
#include "autossh/tunnel/connection_watch.hpp"
#include "autossh/tunnel/forward_opening.hpp"
#include "autossh/tunnel/forward_watch.hpp"
#include "autossh/tunnel/own_master.hpp"
#include "autossh/tunnel/predecessor.hpp"
#include "autossh/tunnel/replacement.hpp"
#include "autossh/tunnel/session_facts.hpp"
#include "autossh/tunnel/shared_socket.hpp"
#include "autossh/tunnel/world.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
    const StatusTracker& status_tracker() const { return tracker_; }

    /// `start`: which one, from 1. Gives the reason where none may be started: its questions could not be
    /// answered, and each would cost a wrong try. Throws std::system_error.
    std::optional<Failure> start(std::int64_t start);
    /// Another ssh has logged in beside the last one, and start() lets it take over.
    bool has_replacement() { return replacement_.is_in(); }
    /// That this is what follows. `down_because`: as StatusTracker::waiting().
    void tell_of_replacement(const std::string& down_because);
    /// How one asks for its turn; nothing: no start is allowed after that of the ssh that runs.
    void allow_replacement(std::optional<StartRequest> request) { beside_ = std::move(request); }
    /// Of the ssh that was started. Nothing: it runs.
    std::optional<ExitStatus> status() { return process_.status(); }

    void look();                       ///< takes in what has happened by now, before anything is decided
    bool may_change_forwards() const;  ///< it is up, and its forwards are known
    /// As SshSetup's, and opens and closes them. False: the same.
    bool change_forwards(const Answer& answer);
    /// Of the living ssh. What was asked, and the lifetime, are for others to fill in.
    Situation situation();
    Time next_deadline() const;
    bool stream_is_lost(std::optional<FailureClass> failure) const { return facts_.stream_is_lost(failure); }

    void note_network_change();  ///< is our address gone?
    /// It has changed, or time has passed unseen (sleep): a test is due.
    void test_now(bool woken = false) { connection_.test_now(plan(), woken); }
    void take_over_times() { tests_.take_over_times(Clock::now()); }
    /// We, or ssh, were stopped: so is one, but 1.4g's schedule over ports does not mind.
    void note_continued();

    /// Of the end of one: all it has said is taken in. `stops`: requests to stop.
    Awaitable<void> hear_rest(const int& stops);
    Awaitable<void> end(const Ruling& reason, const int& stops);
    /// In place of end(): another is to take over, and this one lives on until nobody uses it. False: none
    /// is.
    bool hand_over(const Ruling& reason);
    /// What the rules of the manual say now that it has ended.
    Ruling judge_end(ExitStatus status);
    /// Of one as good as ended: with ExitOnForwardFailure, carried out by us, a forward is refused; or it
    /// waits for an answer that it would better not get. Nothing: it is well.
    std::optional<Ruling> judge_living();
    void finish(std::optional<FailureClass> failure, EndedBy by = EndedBy::exit);  ///< it has ended
    /// No other is started: nothing that one has left behind may live on.
    Awaitable<void> finish_orphans(const int& stops);
    std::optional<LastSession> last() const;  ///< the last one, after finish()

    ForwardWatch& forward_watch() { return forward_watch_; }

private:
    std::vector<std::string> begin(std::int64_t start);
    void execute(std::int64_t start, const std::vector<std::string>& loop);
    void take_over(std::int64_t start);
    void tell_of_process();
    void open_forwards();
    void look_at_predecessor(Time now);
    void keep_connection(bool doubted);
    bool can_be_replaced() const;
    bool is_spared(Time now);
    Time renewal() const;
    std::string reason_against_renewal() const;
    bool is_to_be_renewed(Time now) const;
    void look_at_replacement(Time now);
    void start_replacement(Time now, bool doubted);
    bool has_turn_beside(Time now, bool doubted);
    void hurry_replacement(Time now, bool doubted);
    void follow_stops();
    void note_words_of_server();
    bool tests_rest() const;
    bool ends_for_refusal() const;
    Holder holder_of_refused() const;

    Executor executor_;
    const TunnelSettings& settings_;
    Manner manner_;
    Log& log_;
    Event& event_;
    StatusTracker tracker_;
    PromptAnswerer answerer_;
    ConnectionTests tests_;
    ConnectionWatch connection_;
    SshSetup setup_;
    ClientProcess process_;
    SessionFacts facts_;
    ForwardWatch forward_watch_;
    OwnMaster own_master_;
    SharedSocket shared_socket_;
    Starts::Beside place_beside_;
    Replacement replacement_;
    Predecessor predecessor_;
    std::optional<KeptConnection> kept_connection_;   ///< of this ssh, while its connection is doubted
    std::optional<KeptConnection> lost_connection_;   ///< the same of the last one
    std::shared_ptr<MuxClient> predecessors_master_;  ///< has the forwards that are to be moved
    ReplacementPace replacement_pace_;
    bool way_is_open_ = false;  ///< for a replacement
    ForwardOpening forward_opening_;
    std::optional<StartRequest> beside_;
    bool predecessor_is_well_ = false;
    bool no_renewal_told_ = false;
    Boxed<LastSession> last_;
    bool login_seen_ = false;                           ///< of this ssh
    std::uint64_t server_words_ = 0;                    ///< of this ssh: SshCircumstances::server_words
    std::optional<std::uint64_t> words_before_answer_;  ///< the same, when it has last answered us
    bool we_end_ssh_ = false;  ///< the same: for a refused forward, in place of ssh itself
};

}  // namespace autossh
