#include "autossh/heartbeat/silence_gauge.hpp"

namespace autossh {

namespace {

using namespace std::chrono_literals;

constexpr Duration interval = 15s;
constexpr Duration answer_comes = 2s;
// With rarer keepalives a look tells nothing that the next test would not tell as soon.
constexpr Duration rarest_keepalive = 30s;

}  // namespace

SilenceGauge::SilenceGauge(std::optional<Duration> keepalive)
{
    if (keepalive && *keepalive > Duration::zero() && *keepalive <= rarest_keepalive)
        keepalive_ = keepalive;
}

void SilenceGauge::passed(Time now)
{
    if (keepalive_)
        next_ = now + interval;
}

bool SilenceGauge::is_suspicious(std::optional<Duration> silence, Time now)
{
    if (!silence)
        keepalive_.reset();
    const bool suspicious = silence && *silence > *keepalive_ + answer_comes;
    next_ = silence && !suspicious ? now + interval : Time::max();  // else the test's result says more
    return suspicious;
}

}  // namespace autossh
