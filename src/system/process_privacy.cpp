#include "autossh/system/process_privacy.hpp"

#include <cerrno>
#include <system_error>

#if defined(__linux__)
#include <sys/prctl.h>
#elif defined(__FreeBSD__)
#include <sys/procctl.h>
#include <unistd.h>
#endif

namespace autossh {

namespace {

bool hide()
{
#if defined(__linux__)
    return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
#elif defined(__FreeBSD__)
    int trace = PROC_TRACE_CTL_DISABLE;
    return ::procctl(P_PID, ::getpid(), PROC_TRACE_CTL, &trace) == 0;
#else
    return true;
#endif
}

}  // namespace

void hide_memory_from_others()
{
    if (!hide())
        throw std::system_error(errno, std::generic_category(),
                                "cannot hide our memory from other processes");
}

}  // namespace autossh
