// The states of a tunnel, what leads from one to another, and the line that tells of it. Pure: the time is
// given.
#pragma once

#include "autossh/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// Manual, "States".
enum class State {
    starting,       ///< ssh is about to be started
    connecting,     ///< it runs, and is not known to have logged in
    authenticated,  ///< it has logged in; the answers to its forwards are awaited
    up,
    degraded,  ///< up, but some forward was refused
    suspect,   ///< a connection test is failing
    stopping,  ///< we are ending ssh
    waiting,   ///< ssh has ended; it will be started again
    gave_up,   ///< ssh has ended, and will not be started again
};

/// "starting", …, "gave-up".
std::string_view name(State state);

/// What can happen to a tunnel.
enum class TunnelEvent {
    start,            ///< ssh is to be started
    executed,         ///< ssh has been executed
    logged_in,        ///< ssh says so
    confirmed,        ///< what can be known of the forwards is known, or a first test has passed
    forward_refused,  ///< the user's, not the loop's
    forwards_work,    ///< those that were refused have been granted meanwhile
    test_failed,      ///< a test that has passed before in this session
    test_passed,
    ending,          ///< we begin to end ssh
    ended,           ///< ssh has ended, or could not be started; another try follows
    ended_for_good,  ///< no other try follows, by a rule of the manual
};

/// Up, degraded or suspect.
bool carries_traffic(State state);

/// The state after `what`; the same state if that means nothing there. `refused`: some forward of this
/// session was refused.
State next_state(State state, TunnelEvent what, bool refused);

/// What is true of a tunnel now, since when, and why.
struct Status {
    State state = State::starting;
    Time since;
    std::string cause;
    std::optional<Time> next_try;       ///< waiting: when ssh is started again
    std::optional<Time> up_since;       ///< of this session: up, degraded or suspect
    std::optional<Time> down_since;     ///< since the end of the last session that was up
    std::optional<Duration> last_test;  ///< of this session: the round trip of the last test that passed
    /// The ports on the server that ssh says were allocated in this session, for -R 0:…
    std::vector<std::string> allocated_ports;
    std::string forwards;        ///< of this session, each with its state: "-L 8080 unknown, -R 2222 working"
    std::string sharing;         ///< that other ssh use the connection: see sharing_in_words()
    std::string remedy;          ///< what helps against that, or against what is degraded; empty: not known
    std::string silence;         ///< connecting: "no answer yet from HOST port N", once that has taken long;
                                 ///< authenticated: why it is not up yet
    std::string trouble;         ///< why the last ssh has ended; empty once the tunnel is up
    bool tried_in_vain = false;  ///< and it did not come up
    std::string hold;            ///< waiting: what for, "for its turn (12 before it)"; empty: a time
    bool is_in_line = false;     ///< and that is only for others before it
};

/// Of a wait: what else ends it ("it is free"), and the remedy in place of that of ssh's end.
struct WaitWords {
    std::string_view or_when = {};
    std::string remedy = {};
};

/// Follows one tunnel from its first start on.
class StateMachine {
public:
    /// Returns the line for the log if something has changed. `cause`: in words, without a full stop.
    std::optional<std::string> record(TunnelEvent what, Time now, std::string cause);

    /// A test has passed; record() tells what follows from it.
    void note_round_trip(Duration round_trip) { status_.last_test = round_trip; }

    /// All of this session's, as Status::allocated_ports and Status::forwards. False: nothing new.
    bool note_forwards(const std::vector<std::string>& ports, const std::string& forwards);

    /// As Status::sharing. False: nothing new.
    bool note_sharing(std::string words) { return std::exchange(status_.sharing, words) != words; }

    /// As Status::silence, until the next change.
    void note_silence(std::string words) { status_.silence = std::move(words); }
    /// The same of an ssh that has logged in and is of no use.
    void note_not_up(std::string words)
    {
        status_.silence = std::move(words);
        status_.tried_in_vain = true;
    }

    /// record(TunnelEvent::ended, …) with the wait until the next start; nothing: until there is a network.
    /// `or_when`: what ends it before ("it is free").
    std::string record_wait(Time now, std::string cause, std::optional<Duration> wait,
                            std::string_view or_when = {});

    /// The last line but one, and this one, tell the same: this many words are enough for who has seen that
    /// one. Nothing: this is not so. Empty: none are needed.
    const std::optional<std::string>& repeat() const { return repeat_; }

    /// It would be started but for others: as Status::hold, or (empty) no longer. False: nothing new.
    bool note_hold(std::string words, bool in_line, Time now);

    void note_remedy(std::string remedy) { status_.remedy = std::move(remedy); }

    /// Of a wait: it ends at another time, or (nothing) when there is a route to the server. False: nothing
    /// new.
    bool move_next_try(std::optional<Time> next_try);

    const Status& status() const { return status_; }
    /// How long this session has been up, degraded or suspect; zero: it is not.
    Duration up_for(Time now) const;

private:
    std::string line(State after, Time now) const;
    std::string lasted(Time now) const;
    void enter(State state, Time now);

    Status status_;
    bool begun_ = false;
    bool refused_ = false;  ///< a forward, in this session
    Time session_began_;    ///< the start of this ssh
    int same_ends_ = 0;     ///< in a row, of the same cause, without having been up
    std::optional<std::string> repeat_;
};

}  // namespace autossh
