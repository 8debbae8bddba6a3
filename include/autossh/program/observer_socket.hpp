// The socket of the observers of a fleet: a group of the machine that sees how its tunnels are, and changes
// nothing.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/system/unix_listener.hpp"

#include <functional>
#include <string>

#include <sys/types.h>

namespace autossh {

/// $RUNTIME_DIRECTORY/observe, open to our user and the group; gone when this is.
class ObserverSocket {
public:
    /// Throws ConfigError, which says what helps.
    ObserverSocket(const Executor& executor, const std::string& path, const std::string& group,
                   std::function<void(StreamSocket)> on_client);
    ~ObserverSocket();
    ObserverSocket(const ObserverSocket&) = delete;
    ObserverSocket& operator=(const ObserverSocket&) = delete;

private:
    std::string path_;
    pid_t owner_;
    UnixListener listener_;
};

/// Why there can be no such socket; empty: there can.
std::string reason_against_observers(const std::string& group, const Environment& environment);

/// Its path; empty: there is no $RUNTIME_DIRECTORY.
std::string observer_path(const Environment& environment);

}  // namespace autossh
