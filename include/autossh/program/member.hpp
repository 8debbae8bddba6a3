// A tunnel of the process, and what is its own. It may be stopped, and started again.
#pragma once

#include "autossh/base/boxed.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/login/prompt_answerer.hpp"
#include "autossh/program/kept_tunnels.hpp"
#include "autossh/rules/request.hpp"
#include "autossh/settings/fleet_difference.hpp"
#include "autossh/settings/fleet_tunnel.hpp"
#include "autossh/tunnel/tunnels.hpp"
#include "autossh/tunnel/world.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

class Member {
public:
    /// What is the process's, and outlives its members.
    struct Process {
        World& world;
        Tunnels& tunnels;
        Log& log;
        Caller* caller = nullptr;
        std::function<void()> on_started;        ///< of whichever tunnel
        std::function<void(Member&)> on_change;  ///< there may be more to say of this one
        std::function<void()> on_end;            ///< of the only one: no other ssh will be started
    };

    /// Of a fleet it has a log of its own. It is not started yet.
    Member(Process& process, KeptTunnel kept);
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    const std::string& name() const { return kept_.settings.get().name; }
    /// Null: the only tunnel, of a command line.
    const FleetTunnel* definition() const { return kept_.definition.get(); }
    /// Of a fleet: what it is, or becomes when it has ended.
    const FleetTunnel& planned() const { return next_ ? *next_->definition : *kept_.definition; }
    bool is_to_become() const { return next_.has_value(); }
    /// Null: it is stopped, or could not be made, for the reason that complaint() says.
    const Tunnel* tunnel() const { return tunnel_; }
    const std::string& complaint() const { return complaint_; }
    bool is_wanted() const { return wanted_; }
    bool is_stopped_by_hand() const { return by_hand_; }
    /// It runs, or is about to.
    bool is_active() const { return runs_ || again_; }
    /// Its first try is over, or there will be none.
    bool is_tried() const { return tried_ || !wanted_ || tunnel_ == nullptr; }
    Log& log() const { return log_ ? *log_ : process_.log; }
    /// Whom events are told to has this state of it; empty: none yet.
    std::string_view& told_state() { return told_state_; }

    /// Makes its tunnel; Tunnels::run() starts it. Throws ConfigError, where it is the only one.
    void make();
    /// Starts what make() has made, beside those that run.
    void begin();
    /// It is wanted: now, or as soon as it has ended. Returns why it cannot be; empty: it can.
    std::string start();
    /// It is not wanted any more. `by_hand`: a reload does not start it again.
    void stop(bool by_hand);
    /// Its ssh ends, and another is started.
    std::string restart();
    void ask(Request request, int signal);

    /// What it is from now on, or, where it runs, from its end on, which is asked for: then it is started
    /// again, if it is wanted; a person's stop or start counts for more than an unchanged "enabled". `kept`:
    /// of the same name.
    void become(KeptTunnel kept);
    /// Takes over what may need no other ssh: labels, times and forwards, which must be all that differs.
    void take_over(const FleetTunnel& next, FleetChange change);
    /// It is not in the file any more: it is stopped, and then nobody's.
    void dismiss();
    bool is_dismissed() const { return dismissed_; }

private:
    std::string make_and_begin();
    void take_secrets_once();
    void has_ended();
    void go_on();
    void status_has_changed();

    Process& process_;
    KeptTunnel kept_;
    std::unique_ptr<Log> log_;  ///< null: the process's, of the only one
    LoginHelp help_;
    Boxed<KeptTunnel> next_;  ///< what it becomes when it has ended
    Tunnel* tunnel_ = nullptr;
    std::string complaint_;
    bool wanted_ = true;
    bool by_hand_ = false;
    bool runs_ = false;
    bool again_ = false;  ///< it is started when it has ended
    bool tried_ = false;
    bool has_secrets_ = false;  ///< for what it is now
    bool dismissed_ = false;
    std::string_view told_state_;
    Lifetime lifetime_;
};

}  // namespace autossh
