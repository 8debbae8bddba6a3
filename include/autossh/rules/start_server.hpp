// What the tunnels of one server have learned of it together, for their next starts. Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/start_request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace autossh {

/// autossh-fleet(5), "Starting".
class StartServer {
public:
    std::size_t members = 0;  ///< how many tunnels have it
    std::size_t up = 0;       ///< how many of them are logged in
    std::size_t beside = 0;   ///< how many second ones start there, or want to

    /// One of them has logged in.
    void logged_in();
    /// A start that was granted at `granted` has ended without a log-in.
    void failed(std::uint32_t member, StartOutcome outcome, Time granted, Time now);
    /// Somebody has accepted a connection there that was made for that alone.
    void answered(Time now);

    /// Nothing is known of it, or the last start has not reached it: one goes first.
    bool is_in_doubt() const { return !is_proven_; }
    /// And so it was found by a start that has failed; then knocking may tell when it is back.
    bool is_away() const { return doubt_since_.has_value(); }
    Time away_since() const { return doubt_since_.value_or(Time{}); }
    bool knocking_helps() const { return is_away() && !knocked_in_vain_ && !shut_out_; }

    /// No start before, as far as the server as a whole goes; Time{}: at any time. `asked_at`: when a person
    /// has asked for it, if so.
    StartHold next_start(std::optional<Time> asked_at) const;
    /// The same of one whose log-in may be refused: all of those together are made 15 s apart. `is_new`: it
    /// has not been yet; then two may be in that time.
    Time next_doubtful_start(std::uint32_t member, bool is_new) const;
    bool is_shut_out() const { return shut_out_.has_value(); }
    /// Two log-ins that may be refused do no harm; from the first that was on, one at a time.
    std::size_t most_doubtful() const { return last_refused_ ? 1 : 2; }

private:
    struct ShutOut {
        Time since;
        std::size_t tries = 0;
        Time next;
    };
    struct Closed {
        std::uint32_t member;
        Time at;
        bool is_told;
    };

    void note_closed(std::uint32_t member, bool is_told, Time granted, Time now);
    void note_away(std::uint32_t member, bool is_closed, Time now);
    void add_penalty(Duration penalty, Time now);

    bool is_proven_ = false;
    std::optional<Time> doubt_since_;
    Time last_failure_{};
    std::optional<std::uint32_t> first_failed_;  ///< since the last log-in, while another one was up
    Time answered_{};
    bool knocked_in_vain_ = false;
    std::optional<Time> last_refused_;
    Time refused_before_{};  ///< the one before that
    std::uint32_t last_refused_of_ = 0;
    std::optional<Closed> closed_;
    std::optional<ShutOut> shut_out_;
    Time penalties_end_{};  ///< as sshd counts them, at least
};

}  // namespace autossh
