#include "autossh/rules/live_retries.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

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

void LiveRetries::asked(Time now, bool perhaps_ours)
{
    if (since_)
        next_ = now + live_retry_interval(std::chrono::duration_cast<Duration>(now - *since_), perhaps_ours);
}

}  // namespace autossh
