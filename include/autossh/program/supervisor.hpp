// Tunnels, kept by one process: signals become requests, and clients of the status socket and the service
// manager get its status.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/login/caller.hpp"
#include "autossh/login/prompt_answerer.hpp"
#include "autossh/program/background.hpp"
#include "autossh/program/service_manager.hpp"
#include "autossh/program/status_socket.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/pid_file.hpp"
#include "autossh/tunnel/tunnels.hpp"
#include "autossh/tunnel/world.hpp"

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

namespace autossh {

class Supervisor {
public:
    /// Takes the pid file and the monitor's port. `background`: -f, which gets a message when set-up has
    /// worked, or, if `attended`, ssh's questions and a message when it has logged in. Throws ConfigError.
    Supervisor(const Settings& settings, const ServiceTerms& terms, const InheritedSignals& inherited,
               Log& log, SecretStore secrets, std::optional<Background> background, bool attended);

    /// Keeps ssh running until a rule says otherwise. Throws std::system_error.
    Ruling run();

private:
    /// Caught from its construction on.
    struct Signals : SignalSet {
        Signals(boost::asio::io_context& io, const InheritedSignals& inherited);
    };

    void set_up_finished();
    void attend_to_caller();
    bool shell_may_end_at_once();
    void take_next_signal();
    void status_has_changed();
    std::string report() const;

    const Settings& settings_;
    Log& log_;
    std::optional<Background> background_;
    boost::asio::io_context io_{1};
    Signals signals_;
    SignalsBlockedAtEnd signals_blocked_at_end_;
    std::unique_ptr<PidFile> pid_file_;  ///< before the port: another one of us is the better explanation
    World world_;
    std::unique_ptr<Caller> caller_;
    enum class Shell { unseen, begins, stays } shell_ = Shell::unseen;  ///< while the caller waits
    Alarm shell_alarm_;
    LoginHelp help_;
    Tunnels tunnels_;
    StatusSocket status_socket_;
    ServiceManager service_manager_;
};

}  // namespace autossh
