// How a process of ours is ended.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/system/child.hpp"

namespace autossh {

/// SIGTERM, and SIGCONT so that a stopped one can obey.
void ask_to_end(Child& child);

/// For `kill_time` at most, and until `stops`, the number of requests to stop, reaches two. `event` is
/// notified of every change.
Awaitable<void> wait_for_end(Child& child, Duration kill_time, Event& event, const int& stops);

/// Manual, "Ending ssh": both of that, and SIGKILL where it has not ended. Once somebody wants to stop, it
/// does not wait for ever for what not even SIGKILL ends.
Awaitable<void> end_process(Child& child, Duration kill_time, Event& event, const int& stops, Log& log);

}  // namespace autossh
