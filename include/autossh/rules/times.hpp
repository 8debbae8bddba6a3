// The times that are rules: how long is waited, how long something may take, and within what time things are
// counted. Each names the heading of autossh-supervision(7) that it carries out. (Those that the user sets
// are in settings.)
#pragma once

#include "autossh/base/time.hpp"

#include <array>
#include <chrono>

namespace autossh::times {

using namespace std::chrono_literals;

// "States"

/// The server's answers to the forwards come one round trip after the log-in; a late refusal still counts.
inline constexpr Duration answers_come = 1s;
/// Where ssh's log cannot be read, a client that has lived so long is more likely up than not,
inline constexpr Duration long_lived = 30s;
/// and one that is still connecting then is looked at again after so long.
inline constexpr Duration seen_again = 2s;

// "Backoff"

/// The longest wait where no poll time was given.
inline constexpr Duration longest_backoff = 60s;
/// A session that was up so long was a good one: the quick starts begin again.
inline constexpr Duration long_up = 60s;
/// The least wait, where an ssh could not be started at all, or has taken up the whole interval by itself.
inline constexpr Duration least_wait = 1s;

// "States"

/// A remedy is told again after so long: the first has scrolled away.
inline constexpr Duration remind_after = 10min;

/// Whoever looks on is told that the server has not answered.
inline constexpr Duration answer_is_slow = 5s;

// "Refused log-ins"

/// From end to start while the server shuts out our address: it does so for 15 s to 10 min, and a try
/// meanwhile makes it no longer (sshd_config(5), PerSourcePenalties).
inline constexpr std::array<Duration, 4> shut_out_waits{15s, 30s, 60s, 2min};

// "Refused forwards"

/// From start to start while the server still holds the port of a dead session: it is free soon. The longer
/// it is held, or where somebody else has it, the longer,
inline constexpr Duration held_port_interval = 5s;
/// up to this.
inline constexpr Duration longest_port_interval = 10min;
/// A server that is told of no dead session gives its port back within this time, as TCP gives up then.
/// Until then a session that works otherwise is ended as often for a port of ours.
inline constexpr Duration dead_session = 15min;
/// While another autossh has the same forward, or anybody its port here, a try is for nothing. Its end is
/// seen; all the same there is one after so long.
inline constexpr Duration place_is_held = 10min;

/// On the living connection, from one time that a refused forward is asked for to the next: at first,
inline constexpr Duration quick_live_retry = 1s;
/// for so long, as whoever has it may be about to end,
inline constexpr Duration port_is_free_soon = 15s;
/// or for so long where it may be a dead session of ours, which most often lets go by then,
inline constexpr Duration our_port_is_free_soon = 3min;
/// and then. Each leaves a line in the server's log, so from dead_session on it is done ever less often,
inline constexpr Duration live_retry = 5s;
/// down to this.
inline constexpr Duration longest_live_retry = 1min;

/// A -R is not up before it is known whether 127.0.0.1 is ours, if that is known within this time.
inline constexpr Duration loopback_is_proven = 2s;
/// From one such proof on this machine to the next, as each is a connection to a server of ssh,
inline constexpr Duration between_proofs = 5s;
/// and, where many want one, at most.
inline constexpr Duration longest_between_proofs = 1min;
/// Whether a stranger still has a port is asked after so long, and then after twice as long each time, as it
/// leaves a line in the server's log,
inline constexpr Duration stranger_looked_at = 5s;
/// up to this.
inline constexpr Duration stranger_looked_at_last = 1min;

/// Nobody's connection is cut to try a refused forward again: so long none must have been seen,
inline constexpr Duration idle_before_retry = 4s;
/// in looks that are so far apart.
inline constexpr Duration between_looks_at_use = 2s;

// "Connect timeout"

/// From the start of ssh to a log-in with a second factor: sshd's LoginGraceTime is 120 s.
inline constexpr Duration second_factor = 150s;
/// One that was quicker needs no more time than the usual one.
inline constexpr Duration quick_login = 15s;

// "Refused log-ins"

/// A session without a log-in that has lasted so long was not ended by a refusal of it.
inline constexpr Duration long_session = 60s;
/// The waits after the first refused log-ins in a row, and then always the last. No more than three tries
/// within 10 minutes, so that one is left for a key that somebody mends: fail2ban counts to five by default.
/// A secret that was refused twice waits for the last, the time in which three wrong tries lock an account by
/// default (pam_faillock(8)).
inline constexpr std::array<Duration, 4> refusal_waits{30s, 90s, 8min, 15min};
/// The same where a refusal cannot be distinguished from a connection that broke while it was made: four
/// tries within 10 minutes.
inline constexpr std::array<Duration, 2> unseen_waits{refusal_waits.front(), 200s};
/// Within this time failed log-ins count against the address that they come from (fail2ban).
inline constexpr Duration ban_period = 10min;
/// Within this time wrong secrets count against the account (pam_faillock(8)).
inline constexpr Duration lock_period = 15min;
/// The server's clock runs from when it has said no, some time before the end that we see.
inline constexpr Duration clock_margin = 5s;

// "Network changes and sleep"

/// Interfaces that come and go all day must not make us hammer at a server: so long at least from one start
/// that a change has brought about to the next, twice as long after each that has led to no log-in,
inline constexpr Duration network_calms_down = 10s;
/// and so long at most.
inline constexpr Duration longest_calm = 10min;

// "Stopped ssh"

/// So long ssh may stay stopped: it answers nobody, and nothing else would find it.
inline constexpr Duration longest_stop = 10s;
/// One that is a master for us is asked so often whether it lives,
inline constexpr Duration between_alive_checks = 5s;
/// answers within a millisecond if it is well, is given this time,
inline constexpr Duration alive_answer = 3s;
/// and hangs when it has not answered so often in a row.
inline constexpr int most_silences = 3;

// "Sharing"

/// An ssh that has logged in makes its control socket at once.
inline constexpr Duration socket_is_there_soon = 50ms;
/// One that has not made it within this time makes none.
inline constexpr Duration socket_is_late = 5s;
/// Those who use it are counted at most so often.
inline constexpr Duration between_counts = 1s;

}  // namespace autossh::times
