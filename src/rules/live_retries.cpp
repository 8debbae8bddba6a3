#include "autossh/rules/live_retries.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

namespace {

/// From the end of an ssh of ours, of which the server is still to hear.
constexpr Duration time_to_let_go = std::chrono::milliseconds(100);

}  // namespace

Duration live_retry_interval(Duration since_refusal, bool perhaps_ours)
{
    if (since_refusal < (perhaps_ours ? times::our_port_is_free_soon : times::port_is_free_soon))
        return times::quick_live_retry;
    if (since_refusal < times::dead_session)
        return times::live_retry;
    return std::min(since_refusal / 180, times::longest_live_retry);
}

void LiveRetries::note_refused(bool some, Time now)
{
    if (!some) {
        since_.reset();
        next_ = never;
    } else if (!since_) {
        since_ = now;
        next_ = now + times::quick_live_retry;
    }
}

void LiveRetries::begin_anew(Time now)
{
    if (!since_)
        return;
    since_ = now;
    next_ = now + time_to_let_go;
}

void LiveRetries::asked(Time now, bool perhaps_ours)
{
    if (since_)
        next_ = now + live_retry_interval(std::chrono::duration_cast<Duration>(now - *since_), perhaps_ours);
}

}  // namespace autossh
