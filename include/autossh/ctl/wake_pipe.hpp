// A pipe that ends a wait: from another thread, or from a signal.
#pragma once

#include "autossh/base/unique_fd.hpp"

namespace autossh {

struct WakePipe {
    UniqueFd read;
    UniqueFd write;
};

/// Neither end blocks. Throws std::system_error.
WakePipe make_wake_pipe();

/// May be called in a handler of a signal. `byte`: what is read.
void wake(int fd, char byte = 0);

/// Reads all that is in it.
void empty_wake_pipe(int fd);

}  // namespace autossh
