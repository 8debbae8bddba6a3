// Does anybody listen there now? Found by bare TCP connections, while no ssh runs.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/time.hpp"
#include "autossh/system/listening_socket.hpp"

#include <functional>
#include <list>
#include <optional>
#include <string>

#include <boost/asio/generic/stream_protocol.hpp>

namespace autossh {

/// From one probe to the next: half a second, or a hundredth of the time since the outage began. The end of a
/// short one, a restart, is seen at once; from two minutes on every 8 to 10 s, so that a dead server costs
/// next to nothing and no firewall takes us for an attacker.
Duration probe_interval(Duration since);

/// Probes for as long as it lives, or until somebody has accepted a connection.
class PortProbe {
public:
    /// `address`: a literal one. No name is looked up: for a name, nothing happens. `on_open` is called once.
    /// `since`: the beginning of the outage, for the interval.
    PortProbe(const Executor& executor, const std::string& address, std::uint16_t port, Time since,
              std::function<void()> on_open);
    PortProbe(const PortProbe&) = delete;
    PortProbe& operator=(const PortProbe&) = delete;

private:
    using Socket = StreamSocket;
    /// One that is waited for. A later one does not end it: a round trip may be longer than the interval.
    struct Attempt {
        Time start;
        Socket socket;
    };

    void wait();
    void probe();
    void drop_old_attempts();
    void try_to_connect();
    void finished(std::list<Attempt>::iterator attempt, const boost::system::error_code& error);

    Executor executor_;
    std::optional<SocketAddress> address_;
    std::function<void()> on_open_;
    std::list<Attempt> attempts_;
    Alarm next_probe_;
    Time since_;
    Lifetime lifetime_;
};

}  // namespace autossh
