#include "autossh/rules/backoff.hpp"

#include "autossh/rules/times.hpp"
#include "autossh/settings/manner.hpp"

#include <algorithm>

namespace autossh {

namespace {

using std::chrono::seconds;

constexpr long patient_tries = 5;  // quick starts before there is any wait
constexpr double variation = 0.2;

}  // namespace

Backoff::Backoff(const TunnelSettings& settings)
    : scale_(settings.poll), as_reference_(manner_of(settings).wait_curve == WaitCurve::as_reference),
      ceiling_(settings.backoff_max.value_or(as_reference_ ? settings.poll : times::longest_backoff))
{}

Duration Backoff::before_start(const LastSession& last, double chance)
{
    tries_ = was_long(last) ? 0 : tries_ + 1;
    if (tries_ <= patient_tries)
        return Duration::zero();

    // poll / 100 * t² / 3 in whole seconds, or in milliseconds for a poll time that has no whole second: ssh
    // must not be started in a busy loop.
    const long t = std::min(tries_ - patient_tries, 1000L);  // beyond the cap for every poll time
    const Duration wait = std::min(scale_, scale_ * (t * t) / 300);
    const Duration whole = scale_ < seconds(1) ? wait : std::chrono::floor<seconds>(wait);
    const Duration capped = std::min(whole, longest());
    return as_reference_ ? capped : varied(capped, chance);
}

/// Not the quick starts: who takes hope again and again must not hammer at a server.
void Backoff::quicken()
{
    tries_ = std::min(tries_, patient_tries);
}

Duration Backoff::longest() const
{
    return std::min(scale_, ceiling_);
}

bool Backoff::was_long(const LastSession& last) const
{
    if (!as_reference_ && last.up)
        return *last.up >= times::long_up;
    const Duration quick = std::max<Duration>(seconds(10), std::chrono::floor<seconds>(scale_) / 10);
    return last.since_start >= quick;
}

/// At the ceiling the longer ones become shorter ones: a limit is a limit.
Duration Backoff::varied(Duration wait, double chance) const
{
    const double factor = 1 + variation * (2 * chance - 1);
    const auto result = std::chrono::duration_cast<Duration>(wait * factor);
    return result <= longest() ? result : longest() - (result - longest());
}

}  // namespace autossh
