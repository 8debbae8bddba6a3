#pragma once

#include "support/process/process.hpp"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace autossh_test {

/// A running sshd and the processes of its connections.
class SshdProcess {
public:
    /// Returns when it listens. Throws if it does not. `options`: with -D and -e.
    void start(const ProcessOptions& options);
    /// Ends the listener and all connections.
    void stop();

    /// All processes of the connections that are open: sshd's own and the remote commands.
    std::vector<pid_t> sessions() const;
    void signal_sessions(int number) const;
    void signal_all(int number) const;  ///< the listener, too

    std::string log() const;  ///< what it has said since its last start

private:
    std::optional<Process> listener_;
};

}  // namespace autossh_test
