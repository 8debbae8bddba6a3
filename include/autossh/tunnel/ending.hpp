// How a process of ours is ended.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/system/child.hpp"

namespace autossh {

/// Manual, "Ending ssh": SIGTERM, and SIGCONT so that a stopped one can obey; SIGKILL after `kill_time`, or
/// at once when `stops`, the number of requests to stop, reaches two. Once somebody wants to stop, it does
/// not wait for ever for what not even SIGKILL ends. `event` is notified of every change.
Awaitable<void> end_process(Child& child, Duration kill_time, Event& event, const int& stops, Log& log);

}  // namespace autossh
