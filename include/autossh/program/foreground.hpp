// -f: the process that the user has started, while the daemon that it has become the parent of sets up.
#pragma once

#include <sys/types.h>

namespace autossh {

/// Shows and asks what the daemon wants until it says that we may go: the exit status is 0 then. When it ends
/// before, ours is its own. `socket`: see caller_message.hpp.
[[noreturn]] void attend(pid_t daemon, int socket);

}  // namespace autossh
