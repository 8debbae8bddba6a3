#include "autossh/jump_login.hpp"

#include "autossh/login_progress.hpp"

namespace autossh {

namespace {

using namespace std::chrono_literals;

// Behind its log-in it lives at least for a round trip to the target.
constexpr Duration at_first = 2ms;
constexpr Duration interval = 20ms;
constexpr Duration first_time = 200ms;
constexpr Duration longest_time = 30s;

}  // namespace

void JumpLogin::secret_given(pid_t ssh, Time now)
{
    ssh_ = ssh;
    let_in_ = false;
    given_ = now;
    next_look_ = now + at_first;
}

void JumpLogin::look(Time now)
{
    if (now < next_look_)
        return;
    const ProcessTraces traces = traces_of(ssh_);
    let_in_ = progress_of(traces) == LoginProgress::logged_in;
    const bool over = let_in_ || !traces.caught_signals || traces.ended || now - given_ > longest_time;
    next_look_ = over ? Time::max() : now + (now - given_ < first_time ? at_first : interval);
}

}  // namespace autossh
