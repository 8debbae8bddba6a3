// Whether a jump host has let us in. The log of the ssh for it is not read.
#pragma once

#include "autossh/base/time.hpp"

#include <sys/types.h>

namespace autossh {

/// Of one start of ssh. Where there are several jump hosts, the last is meant: the others have let us
/// through.
class JumpLogin {
public:
    /// Our ssh runs, by way of a jump host or a ProxyCommand, which is its child.
    void ssh_runs(pid_t ssh, Time now);
    /// A server has been given a secret by the ssh for a jump host.
    void secret_given() { secret_given_ = true; }

    /// Looks at the process, when that is due.
    void look(Time now);
    /// Time::max(): not any more.
    Time next_look() const { return next_look_; }

    /// The process has shown that it is past its log-in.
    bool let_in() const { return let_in_; }
    bool secret_in_doubt() const { return secret_given_ && !let_in_; }
    bool was_given_secret() const { return secret_given_; }

private:
    pid_t ssh_ = 0;
    bool let_in_ = false;
    bool secret_given_ = false;
    Time next_look_ = Time::max();
    Time last_look_;
};

}  // namespace autossh
