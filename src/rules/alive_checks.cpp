#include "autossh/rules/alive_checks.hpp"

#include "autossh/rules/times.hpp"

namespace autossh {

void AliveChecks::begin(Time now)
{
    silences_ = 0;
    next_ = now + times::between_alive_checks;
}

void AliveChecks::excuse(Time now)
{
    silences_ = 0;
    if (next_ != never)
        next_ = now + times::between_alive_checks;
}

void AliveChecks::answered(Time now)
{
    silences_ = 0;
    next_ = now + times::between_alive_checks;
}

void AliveChecks::was_silent(Time now, std::optional<std::uint64_t> sleeps)
{
    const bool has_woken_up = silences_ > 0 && sleeps && sleeps_ && *sleeps > *sleeps_;
    silences_ = has_woken_up ? 1 : silences_ + 1;
    sleeps_ = sleeps;
    next_ = now;
}

bool AliveChecks::hangs() const
{
    return silences_ >= times::most_silences;
}

}  // namespace autossh
