#include "autossh/base/exit_status.hpp"

#include <sys/wait.h>

namespace autossh {

ExitStatus ExitStatus::from_wait(int wait_status)
{
    if (WIFSIGNALED(wait_status))
        return signalled(WTERMSIG(wait_status));
    return exited(WEXITSTATUS(wait_status));
}

}  // namespace autossh
