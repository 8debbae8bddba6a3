// Tunnels, kept by one process: signals become requests, and clients of the status socket and the service
// manager get its status.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/control/target.hpp"
#include "autossh/hub/hub.hpp"
#include "autossh/login/caller.hpp"
#include "autossh/login/prompt_answerer.hpp"
#include "autossh/program/background.hpp"
#include "autossh/program/control_server.hpp"
#include "autossh/program/hook_news.hpp"
#include "autossh/program/kept_tunnels.hpp"
#include "autossh/program/ledger_keeper.hpp"
#include "autossh/program/member.hpp"
#include "autossh/program/metrics.hpp"
#include "autossh/program/observer_socket.hpp"
#include "autossh/program/reload.hpp"
#include "autossh/program/service_manager.hpp"
#include "autossh/program/status_socket.hpp"
#include "autossh/program/supervisor_signals.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/pid_file.hpp"
#include "autossh/tunnel/tunnels.hpp"
#include "autossh/tunnel/world.hpp"

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
    /// it has logged in; of one tunnel only. Throws ConfigError; of a fleet, whose port is taken is left out.
    Supervisor(const Settings& settings, const ServiceTerms& terms, const InheritedSignals& inherited,
               Log& log, KeptTunnels kept, std::optional<Background> background, bool attended);

    /// Keeps ssh running until a rule says otherwise. Throws std::system_error.
    Ruling run();

    /// Reads the file of the fleet again, and does what has changed; with mistakes in it, nothing.
    ReloadAnswer reload(bool dry_run, const std::string& by) override;

private:
    std::vector<TunnelLabel> labels() const override;
    DaemonFacts facts(const std::function<bool(const std::string&)>& is_meant) const override;
    std::string give(Order order, const std::string& tunnel, const std::string& by) override;
    std::vector<std::string> last_lines(const std::string& tunnel, std::size_t most) const override;
    std::string explain(const std::string& tunnel) const override;
    OutagesFacts outages(const OutagesQuestion& question,
                         const std::vector<std::string>& tunnels) const override;
    void keep_ledger(KeptTunnels& kept);
    std::optional<HubFacts> hub() const override;
    std::string forget(const std::string& box, const std::string& by) override;

    Member& add(KeptTunnel kept);
    Member* find(const std::string& name);
    const Member* find(const std::string& name) const;
    const std::string& name_of(const Member& member) const;
    TunnelLabel label_of(const Member& member) const;
    TunnelFacts facts_of(const Member& member) const;
    std::string give_to_only(Order order, const std::string& by);
    std::string give_to_member(Order order, const std::string& name, const std::string& by);
    void tell_of_change(Member& member);
    void note_in_ledger(Member& member);
    void tell_hooks(Member& member);
    void end(const Ruling& ruling);
    void listen_to_observers(const std::string& group);
    void tell_of_line(const Member& member, std::string_view line);
    void member_has_changed(Member& member);
    void last_has_ended(const Ruling& ruling);
    std::unique_ptr<Hub> new_hub(const HubSettings& settings);
    void open_hub(const HubSettings& settings);
    void box_has_changed(const BoxEvent& event, const BoxFacts& facts);
    void plan_hub(Reload& reload);
    void take_over_hub(Reload& reload);
    std::string hub_in_words() const;
    std::unique_ptr<Metrics> new_metrics();
    void open_metrics(const MetricsSettings& settings);
    void plan_metrics(Reload& reload);
    void take_over_metrics(Reload& reload);
    static ReloadChange change_of(const Member& member, const FleetTunnel& next);
    ReloadAnswer planned_reload(std::list<KeptTunnel>& next, FleetErrors& errors);
    void carry_out(const ReloadChange& change, std::list<KeptTunnel>& next);
    void plan(Reload& reload);
    void forget_prepared();
    bool is_fleet() const { return !fleet_.empty(); }
    ServiceState service_state() const;
    std::string fleet_report() const;
    void set_up_finished();
    void attend_to_caller();
    bool shell_may_end_at_once();
    void take_next_signal();
    void take_signal(int signal);
    void status_has_changed();
    std::string report() const;

    const Settings& settings_;
    Log& log_;
    std::optional<Background> background_;
    boost::asio::io_context io_{1};
    SupervisorSignals signals_;
    SignalsBlockedAtEnd signals_blocked_at_end_;
    std::unique_ptr<PidFile> pid_file_;  ///< before the port: another one of us is the better explanation
    World world_;
    std::unique_ptr<Caller> caller_;
    enum class Shell { unseen, begins, stays } shell_ = Shell::unseen;  ///< while the caller waits
    Alarm shell_alarm_;
    std::string fleet_;  ///< its name; empty: one tunnel
    std::string file_;   ///< of the fleet,
    std::function<FleetPlan()> read_again_;
    std::function<bool()> files_have_changed_;  ///< since it was read
    std::optional<WallTime> config_read_;       ///< without mistakes
    bool config_refused_ = false;               ///< when it was read last
    std::string directory_;                     ///< where we were started
    std::string state_directory_;               ///< empty: there is none
    std::string state_complaint_;               ///< why it is not ours; empty: it is
    bool is_set_up_ = false;
    bool is_stopping_ = false;
    Ruling last_;
    Tunnels tunnels_;
    Member::Process process_;
    std::unique_ptr<ControlServer> observers_;  ///< null: there are none
    std::unique_ptr<ObserverSocket> observer_socket_;
    ControlServer control_;     ///< before the logs whose lines it is told
    std::unique_ptr<Hub> hub_;  ///< null: it is none
    HookNewsDesk hooks_;
    std::list<Member> members_;
    LedgerKeeper ledger_;
    StatusSocket status_socket_;
    ServiceManager service_manager_;
    std::unique_ptr<Metrics> metrics_;  ///< null: nobody wants them
    Lifetime lifetime_;
};

}  // namespace autossh
