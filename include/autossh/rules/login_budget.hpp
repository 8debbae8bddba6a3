// How many failed log-ins a server has seen of us lately, and when it may see another. Pure: the time is
// given.
#pragma once

#include "autossh/base/time.hpp"

#include <list>

namespace autossh {

/// Keeps us below what bans a client or locks an account by default: 5 failures in 10 minutes (fail2ban,
/// jail.conf(5)), 3 wrong passwords in 15 minutes (pam_faillock(8)). What a person asks for counts, and is
/// not held up.
class LoginBudget {
public:
    /// A try has ended that the server may have counted. `with_secret`: it was given one.
    void note_failure(Time end, bool with_secret);

    /// The earliest start of another, as far as the failures so far go; Time{}: at any time. `with_secret`:
    /// the server will be given one.
    Time next_start(bool with_secret) const;

private:
    std::list<Time> failures_;  ///< the last ones, oldest first
    std::list<Time> with_secret_;
};

}  // namespace autossh
