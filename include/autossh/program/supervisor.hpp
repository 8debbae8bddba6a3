// Tunnels, kept by one process: signals become requests, and clients of the status socket and the service
// manager get its status.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/control/target.hpp"
#include "autossh/login/caller.hpp"
#include "autossh/login/prompt_answerer.hpp"
#include "autossh/program/background.hpp"
#include "autossh/program/control_server.hpp"
#include "autossh/program/kept_tunnels.hpp"
#include "autossh/program/service_manager.hpp"
#include "autossh/program/status_socket.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/pid_file.hpp"
#include "autossh/tunnel/tunnels.hpp"
#include "autossh/tunnel/world.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace autossh {

class Supervisor : private ControlTarget {
public:
    /// Takes the pid file and the monitor's ports. `kept`: some; their settings outlive this. `background`:
    /// -f, which gets a message when set-up has worked, or, if `attended`, ssh's questions and a message when
    /// it has logged in; of one tunnel only. Throws ConfigError; of a fleet, a tunnel whose port cannot be
    /// had is told, and left out.
    Supervisor(const Settings& settings, const ServiceTerms& terms, const InheritedSignals& inherited,
               Log& log, KeptTunnels kept, std::optional<Background> background, bool attended);

    ~Supervisor() override;

    /// Keeps ssh running until a rule says otherwise. Throws std::system_error.
    Ruling run();

private:
    /// Caught from its construction on.
    struct Signals : SignalSet {
        Signals(boost::asio::io_context& io, const InheritedSignals& inherited);
    };

    /// A tunnel of several, and what is its own.
    struct Member {
        const TunnelSettings& settings;
        std::unique_ptr<Log> log;  ///< null: the process's, of the only one
        LoginHelp help;
        Tunnel* tunnel = nullptr;  ///< null: it could not be made, for this reason:
        std::string complaint = {};
        bool tried = false;
        const FleetTunnel* in_file = nullptr;  ///< of a fleet
        std::optional<State> told = {};        ///< to those who hear of events
    };

    std::vector<TunnelLabel> labels() const override;
    DaemonFacts facts(const std::function<bool(const std::string&)>& is_meant) const override;
    std::string give(Order order, const std::string& tunnel, const std::string& by) override;
    ReloadAnswer reload(bool dry_run, const std::string& by) override;
    std::vector<std::string> last_lines(const std::string& tunnel, std::size_t most) const override;
    std::string explain(const std::string& tunnel) const override;

    std::string start_tunnel(const std::string& name);  ///< as ControlTarget::give()
    std::string stop_tunnel(const std::string& name);
    ReloadAnswer reload(bool dry_run);

    Member* member(const std::string& name);
    const Member* member(const std::string& name) const;
    const std::string& name_of(const Member& member) const;
    Log& log_of(const Member& member) const { return member.log ? *member.log : log_; }
    TunnelLabel label_of(const Member& member) const;
    TunnelFacts facts_of(const Member& member) const;
    std::string origin_of(const Member& member) const;
    void follow(Member& member);
    void tell_of_change(Member& member);

    void add(KeptTunnel kept);
    void member_has_changed(Member& member);
    bool is_fleet() const { return !fleet_.empty(); }
    ServiceState service_state() const;
    std::string fleet_report() const;
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
    std::string fleet_;                                    ///< its name; empty: one tunnel
    std::string file_;                                     ///< of the fleet,
    WallTime started_ = std::chrono::system_clock::now();  ///< and when it was read
    std::size_t disabled_;
    ControlServer control_;  ///< before the logs whose lines it is told
    std::list<Member> members_;
    std::size_t untried_ = 0;  ///< members
    bool is_set_up_ = false;
    Tunnels tunnels_;
    StatusSocket status_socket_;
    ServiceManager service_manager_;
};

}  // namespace autossh
