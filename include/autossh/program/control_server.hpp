// The clients of a control socket: who may be one, how many there are, and what they hear of changes.
#pragma once

#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/program/control_client.hpp"

#include <cstddef>
#include <list>
#include <string>
#include <string_view>

namespace autossh {

/// While there are none it is no more than this object.
class ControlServer {
public:
    static constexpr std::size_t most_clients = 32;

    /// Whose sockets it serves.
    enum class Clients {
        own_user,   ///< of our user, or root, which may do all
        observers,  ///< whom the socket lets in: they see, and change nothing
    };

    /// `target` and `log` outlive it.
    ControlServer(Clients clients, ControlTarget& target, Log& log);

    /// A connection has come.
    void take(StreamSocket socket);

    /// To those clients who have asked for it.
    void tell(const TunnelLabel& tunnel, const StateEvent& event);
    void tell(const TunnelLabel& tunnel, std::string_view log_line);
    bool has_clients() const { return !clients_.empty(); }

private:
    void client_has_ended(ControlClient& client, const std::string& reason);
    void turn_away(StreamSocket& socket, const std::string& who, const ControlError& error);
    void complain(const std::string& who, const std::string& reason);
    void remove_ended();

    Clients kind_;
    ControlTarget& target_;
    Log& log_;
    std::list<ControlClient> clients_;
    Time next_complaint_{};  ///< a client cannot fill the log
    Lifetime lifetime_;
};

}  // namespace autossh
