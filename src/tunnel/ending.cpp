#include "autossh/tunnel/ending.hpp"

#include "autossh/base/numbers.hpp"

#include <csignal>

namespace autossh {

namespace {

/// How long a killed process may take to go before a stop gives up waiting for it.
constexpr Duration time_after_kill = std::chrono::seconds(5);

}  // namespace

void ask_to_end(Child& child)
{
    child.signal(SIGTERM);
    child.signal(SIGCONT);
}

Awaitable<void> wait_for_end(Child& child, Duration kill_time, Event& event, const int& stops)
{
    const Time kill_at = Clock::now() + kill_time;
    while (!child.status() && Clock::now() < kill_at && stops < 2)
        co_await event.wait_until(kill_at);
}

Awaitable<void> end_process(Child& child, Duration kill_time, Event& event, const int& stops, Log& log)
{
    ask_to_end(child);
    co_await wait_for_end(child, kill_time, event, stops);
    if (child.status())
        co_return;

    if (stops < 2)
        log.info("ssh ({}) has not ended within {} of SIGTERM, sending SIGKILL", child.pid(),
                 with_unit(kill_time));
    child.signal(SIGKILL);
    const Time give_up_at = Clock::now() + time_after_kill;
    while (!child.status()) {
        if (stops > 0 && Clock::now() >= give_up_at) {
            log.error("ssh ({}) does not end on SIGKILL, leaving it", child.pid());
            child.abandon();
        } else {
            co_await event.wait_until(stops > 0 ? give_up_at : never);
        }
    }
}

}  // namespace autossh
