#include "autossh/system/uptime.hpp"

#include <ctime>

#include <unistd.h>

namespace autossh {

bool has_just_booted()
{
    if (::getpid() == 1)
        return true;
#ifdef CLOCK_BOOTTIME
    constexpr std::time_t services_are_up = 300;  // seconds
    timespec since_boot{};
    return ::clock_gettime(CLOCK_BOOTTIME, &since_boot) == 0 && since_boot.tv_sec < services_are_up;
#else
    return false;
#endif
}

}  // namespace autossh
