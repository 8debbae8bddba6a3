// The TCP socket of a process of ours, held beside it, so that its connection can be reset when the process
// is gone (Linux 5.6).
#pragma once

#include "autossh/base/unique_fd.hpp"
#include "autossh/system/tcp_table.hpp"

#include <optional>
#include <utility>

#include <sys/types.h>

namespace autossh {

/// As long as it is held the system says nothing of the end of the process to the other side.
class KeptConnection {
public:
    /// The one of `process` that is `connection`. Nothing: the system does not let us, or another process has
    /// it.
    static std::optional<KeptConnection> of(pid_t process, const TcpConnection& connection);

    /// Whoever is at the other end learns at once that it is over (RFC 9293, 3.10.5, ABORT), and not with
    /// the next of the retransmissions, which are up to two minutes apart after an outage. Of a living
    /// process it would take the connection away.
    void reset();

private:
    explicit KeptConnection(UniqueFd socket) : socket_(std::move(socket)) {}

    UniqueFd socket_;
};

}  // namespace autossh
