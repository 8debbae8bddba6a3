#include "autossh/ssh/jump_login.hpp"

#include "autossh/system/login_progress.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

using namespace std::chrono_literals;

// Behind its log-in the ssh for a jump host lives at least for a round trip to the target.
constexpr Duration interval = 10ms;
constexpr Duration longest_time = 2min;

}  // namespace

void JumpLogin::ssh_runs(pid_t ssh, Time now)
{
    ssh_ = ssh;
    next_look_ = now + interval;
    last_look_ = now + longest_time;
}

void JumpLogin::look(Time now)
{
    if (now < next_look_)
        return;
    const auto children = children_in(fmt::format("/proc/{}", ssh_));
    let_in_ = children && std::ranges::any_of(*children, [](pid_t child) {
                  return progress_of(traces_of(child)) == LoginProgress::logged_in;
              });
    next_look_ = let_in_ || !children || now > last_look_ ? Time::max() : now + interval;
}

}  // namespace autossh
