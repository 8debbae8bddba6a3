// Starts a program as our child, and says what failed.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/base/signals.hpp"

#include <system_error>

#include <sys/types.h>

namespace autossh {

/// Descriptors that become the child's standard streams. -1: it gets ours. They stay ours to close.
struct Streams {
    int in = -1;
    int out = -1;
    int err = -1;
    bool own_group = false;  ///< the child leads a process group of its own, so that all of it can be ended
    bool nothing_else = false;  ///< it gets no other descriptor, also not those that we were started with
};

/// Starts `command` with our terminal, process group, directory and environment, `streams`, and the signals
/// that autossh was started with. On Linux it is killed when we die (prctl(2), PR_SET_PDEATHSIG). Returns its
/// pid once it is executed, or has not been within a second (it was stopped): an error is then seen as its
/// end. Throws std::system_error, with "PATH" or the name of the call that failed. The child is ours to wait
/// for.
pid_t spawn(const Command& command, const InheritedSignals& inherited, const Streams& streams = {});

/// Whether starting ssh failed for want of something that comes back: processes, memory, descriptors.
bool passes_by_itself(const std::error_code& error);

}  // namespace autossh
