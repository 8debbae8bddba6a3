// Whether a jump host has let in the ssh that was given a secret for it. What that one says is not heard.
#pragma once

#include "autossh/time.hpp"

#include <sys/types.h>

namespace autossh {

/// Of one start of ssh. Where several jump hosts are asked, each has let us through to the next.
class JumpLogin {
public:
    /// `ssh`: the one that has asked.
    void secret_given(pid_t ssh, Time now);

    /// Looks at the process, when that is due.
    void look(Time now);
    /// Time::max(): not any more.
    Time next_look() const { return next_look_; }

    bool was_given() const { return ssh_ != 0; }
    /// The process has shown that it is past its log-in.
    bool let_in() const { return let_in_; }

private:
    pid_t ssh_ = 0;
    bool let_in_ = false;
    Time given_;
    Time next_look_ = Time::max();
};

}  // namespace autossh
