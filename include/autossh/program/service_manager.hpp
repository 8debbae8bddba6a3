// What is reported to a service manager: that the tunnel is up, in what state it is, and that we live. The
// protocol of sd_notify(3), spoken by itself.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/time.hpp"
#include "autossh/settings/table.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Manual, "Service managers": what they say in the environment.
struct ServiceTerms {
    std::string socket;                ///< NOTIFY_SOCKET: a path, or an abstract name behind @; empty: none
    std::optional<Duration> watchdog;  ///< how often we must say that we live
    bool main_process = false;         ///< of a unit of systemd's: SYSTEMD_EXEC_PID is ours

    bool wants_to_hear() const { return !socket.empty(); }
    /// Being stopped is no failure: who has stopped us would take it for one of the service.
    bool stop_is_success() const { return wants_to_hear() || main_process; }

    /// `pid`: ours. A watchdog that is meant for another process is none.
    static ServiceTerms read(const Environment& environment, pid_t pid);
};

/// Whether a service manager has started us, as far as it leaves traces: systemd, launchd and supervisord in
/// the environment, a container's by our pid, 1, others by the name of our parent (runsv, s6-supervise, …).
/// What systemd says is inherited by all below a service: SYSTEMD_EXEC_PID tells whom it means. `parent`,
/// `parent_name`: the process that has started us.
bool is_supervised(const Environment& environment, pid_t pid, pid_t parent, std::string_view parent_name);

/// Takes the variables out of our environment: they are not meant for ssh and what it starts.
void forget_service_terms();

/// Sends messages, lines of NAME=VALUE, and waits for nobody.
class NotifySocket {
public:
    /// `name`: as in NOTIFY_SOCKET. The socket is kept: there may be no descriptor left when it is needed
    /// most.
    explicit NotifySocket(const std::string& name);

    /// False: it could not be sent now.
    bool send(const std::string& message);

private:
    std::optional<UnixAddress> address_;  ///< nothing: there is none, or of a kind that we do not know
    UniqueFd socket_;
};

/// What it is told of the state.
struct ServiceState {
    std::string words;
    bool is_ready = false;  ///< what the service is there for is there
};

/// Without a service manager it does nothing.
class ServiceManager {
public:
    /// `state`: asked for at any time.
    ServiceManager(const Executor& executor, ServiceTerms terms, std::function<ServiceState()> state);

    /// The status has changed.
    void tell();
    /// HUP: what is read or opened again has been.
    void tell_reloaded();
    void tell_stopping();

private:
    void tell_again_in(Duration wait);

    ServiceTerms terms_;
    NotifySocket socket_;
    Duration next_retry_;
    std::function<ServiceState()> state_;
    Alarm next_;
    bool was_ready_ = false;
    bool stopping_ = false;
};

}  // namespace autossh
