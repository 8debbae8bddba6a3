// The rules of the manual: what follows the end of an ssh. Values in, values out; no clock, process or
// socket.
#pragma once

#include "autossh/base/exit_status.hpp"
#include "autossh/rules/ended_by.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/settings.hpp"

#include <optional>
#include <string>

namespace autossh {

enum class Verdict {
    restart,
    succeeded,  ///< end with exit status 0
    failed,     ///< give up: with exit status 1, that of the failure's class, or ssh's own
    stopped,    ///< somebody asked us to end
};

/// What follows, and the line that says so in the log (empty: nothing is said).
struct Ruling {
    Verdict verdict = Verdict::failed;
    Level level = Level::info;
    std::string line;
    std::string cause = {};  ///< for the states, in words; empty: what ssh has said is the cause
    std::string note = {};   ///< another line: why this is not as 1.4g would have it
    int exit_status = 1;     ///< of autossh, if the verdict is `failed` or `stopped`
    std::optional<FailureClass> failure = std::nullopt;  ///< the class of the cause
    /// Another ssh that has logged in beside this one may take over, and this one lives on for its
    /// connections.
    bool may_hand_over = false;
    bool within_gate = false;     ///< it ends for that alone
    bool gate_set_aside = false;  ///< it would have, but for a cause that time can cure
    bool is_mistake = false;      ///< in what the user has asked for
    bool was_asked_for = false;   ///< by whoever uses the stream: no word of a failure
    EndedBy by = EndedBy::exit;
};

/// The ssh that has ended.
struct Attempt {
    bool first;                     ///< the first start since autossh began
    Duration lasted;                ///< from its start to its end
    bool by_person = false;         ///< ended at its terminal (~.), as far as that can be known
    bool attended = true;           ///< a person is at a terminal
    bool person_was_asked = false;  ///< by us in the name of ssh: only at the start
    std::optional<FailureClass> failure = std::nullopt;  ///< why, if that is known
    /// By words of a server that anybody can send: nothing ends for good by them.
    bool failure_is_claimed = false;
    bool perhaps_refused = false;  ///< the log-in, or a secret: nobody has said so
    bool stream_is_lost = false;   ///< of a subsystem or of -W, which was logged in
    bool hung_up = false;          ///< ssh has ended by SIGHUP, as by the ssh whose ProxyCommand it is
    bool only_forwards = false;    ///< OpenSSH's, without a remote command: no status is that of a command
    bool may_have_run = false;     ///< a command or a shell on the server: a second run is no second try,
    bool first_to_run = false;     ///< and the starts before, in which none has, were set aside
    bool lasts = false;            ///< the failure, until somebody mends it, other than its class says
    bool caller_sees_shell_end = false;  ///< -f at a terminal: who has started a shell by it waits
};

/// Manual, "Exit of ssh", "Gate time" and --restart.
Ruling judge(ExitStatus status, const Attempt& attempt, const TunnelSettings& settings);

/// Manual, "Exit of ssh": whether another start follows one in which ssh could not be executed. `passes`: for
/// want of what comes back by itself, processes above all. `first`: no ssh has run before.
bool is_tried_again(bool passes, bool first, const Manner& manner);

/// What --restart=never and --exit-on make of our own ruling to end ssh and start another, which nobody has
/// asked for. `stream_is_lost`: as in Attempt.
Ruling by_policy(Ruling ruling, bool stream_is_lost, const TunnelSettings& settings);

/// Manual, "Giving up": what standard error is told of an end of autossh that nobody has asked for. Empty:
/// somebody has.
std::string last_words(const Ruling& ruling, const TunnelSettings& settings);

}  // namespace autossh
