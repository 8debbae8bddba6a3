#include "autossh/rules/restart_pace.hpp"

#include "autossh/rules/held_ports.hpp"
#include "autossh/rules/times.hpp"

#include <algorithm>
#include <array>

namespace autossh {

namespace {

using namespace std::chrono_literals;

// Manual, "Jobs": as condor_ssh_to_job -auto-retry does it, for 5 minutes and then.
constexpr Duration quick_job_wait = 5s;
constexpr std::size_t quick_job_tries = 60;
constexpr Duration job_wait = 30s;

template <std::size_t size>
Duration step(const std::array<Duration, size>& waits, std::size_t index)
{
    return waits.at(std::min(index, size - 1));
}

}  // namespace

Pace pace_of(const LastSession& last)
{
    if (last.secret_refused)
        return Pace::refused_login;
    if (last.failure == FailureClass::forward_refused)
        return Pace::port_still_held;
    if (last.failure == FailureClass::shut_out)
        return Pace::shut_out;
    if (last.failure == FailureClass::job_not_running || last.failure == FailureClass::job_held)
        return Pace::awaited_job;
    if (needs_mending(last.failure))
        return Pace::refused_login;
    return last.perhaps_refused ? Pace::unseen_login : Pace::usual;
}

Duration RestartPace::before_start(const std::optional<LastSession>& last, double chance)
{
    if (!last)
        return Duration::zero();
    const Pace pace = pace_of(*last);
    if (pace != Pace::port_still_held && last->up > Duration::zero())
        port_refusals_ = 0;
    const bool refused = pace == Pace::refused_login || pace == Pace::unseen_login;
    if (!refused && (last->logged_in || last->since_start >= times::long_session))
        refusals_ = 0;
    if (pace != Pace::shut_out)
        shut_outs_ = 0;
    if (pace != Pace::awaited_job || last->logged_in)
        job_tries_ = 0;
    const std::size_t before = refused ? refusals_++ : 0;
    switch (pace) {
    case Pace::port_still_held: return after_refused_forward(*last);
    case Pace::shut_out: return std::min(longest_, step(times::shut_out_waits, shut_outs_++));
    case Pace::awaited_job:
        return std::min(longest_, job_tries_++ < quick_job_tries ? quick_job_wait : job_wait);
    case Pace::refused_login:
        // The second wrong secret is the last before the account is locked.
        return last->secret_refused && before > 0 ? times::refusal_waits.back()
                                                  : step(times::refusal_waits, before);
    case Pace::unseen_login:
        // A connection that has broken is more often just that; the second one in a row is not.
        if (last->failure != FailureClass::other && before == 0)
            return Duration::zero();
        return step(times::unseen_waits, last->failure != FailureClass::other ? before - 1 : before);
    case Pace::usual: break;
    }
    const Duration wait = backoff_.before_start(*last, chance);
    return last->ran ? wait : std::max(wait, times::least_wait);  // it is back in a moment, and not before
}

/// A session that was up has been ended for the forward when that was due.
Duration RestartPace::after_refused_forward(const LastSession& last)
{
    const bool was_up = last.up > Duration::zero();
    if (was_up || last.since_port_lost)
        port_refusals_ = 0;
    const Duration interval =
        std::min(longest_, last.since_port_lost ? held_port_interval(*last.since_port_lost)
                                                : strange_port_interval(port_refusals_++));
    return was_up && last.since_start >= interval ? Duration::zero()
                                                  : std::max(interval - last.since_start, times::least_wait);
}

}  // namespace autossh
