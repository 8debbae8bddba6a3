#include "autossh/comeback.hpp"

#include <algorithm>

namespace autossh {

namespace {

using namespace std::chrono_literals;

constexpr Duration held_port_interval = 5s;
constexpr Duration least_wait = 1s;  // where the log-in alone takes so long
constexpr Duration long_session = 60s;
constexpr Duration longest_refusal_wait = 15min;
constexpr int refusals_to_longest = 5;

}  // namespace

Pace pace_of(FailureClass failure, bool secret_refused)
{
    if (secret_refused)
        return Pace::refused_login;
    if (failure == FailureClass::forward_refused)
        return Pace::held_port;
    return needs_mending(failure) ? Pace::refused_login : Pace::usual;
}

Duration Comeback::before_start(const std::optional<LastSession>& last, double chance)
{
    if (!last)
        return Duration::zero();
    const Pace pace = pace_of(last->failure, last->secret_refused);
    if (last->logged_in && pace != Pace::refused_login)
        refusals_ = 0;
    switch (pace) {
    case Pace::held_port:
        return last->since_start < long_session ? std::max(held_port_interval - last->since_start, least_wait)
                                                : Duration::zero();
    case Pace::refused_login: {
        const bool again = refusals_++ > 0;
        if (last->secret_refused && again)
            return longest_refusal_wait;
        const Duration wait = first_refusal_wait * (1 << std::min(refusals_ - 1, refusals_to_longest));
        return std::min(wait, longest_refusal_wait);
    }
    case Pace::usual: break;
    }
    return backoff_.before_start(*last, chance);
}

}  // namespace autossh
