// The wait before a start of ssh, and what may end it before its time.
#pragma once

#include "autossh/base/event.hpp"
#include "autossh/base/file_marks.hpp"
#include "autossh/base/log.hpp"
#include "autossh/rules/wait_end.hpp"
#include "autossh/rules/wait_history.hpp"
#include "autossh/ssh/agent_question.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/tunnel/held_places.hpp"
#include "autossh/tunnel/starts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// Manual, "Backoff". What a person asks for is not its business.
class Waiting {
public:
    /// `server`: as an address, if one is known. `event` is notified when is_over() may have changed.
    /// `starts` outlives it. `asked_before`: the agent, before the ssh that has ended was started; or null.
    Waiting(Starts::Member& starts, Event& event, Log& log, const SshPlan& plan,
            const std::optional<Destination>& server, const WaitBasis& basis,
            AgentQuestion* asked_before = nullptr);
    ~Waiting() { starts_.stop_waiting(); }

    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    /// It is the server's answer that has ended the wait.
    bool was_answered() const { return answered_; }

    /// What had the log-in refused may be mended.
    bool login_has_been_mended() const { return is_mended_; }

    /// It would have lasted longer but for the network.
    bool was_cut_by_network() const { return end_.cut_by_network(); }

    /// Without a route to the server there is no time to wait for, only the network.
    bool has_no_route() const { return has_no_route_; }

    /// When ssh is started. Nothing: when there is a route to the server.
    std::optional<Time> next_try() const { return has_no_route_ ? std::nullopt : std::optional(end_.time()); }

    /// Something has happened to the network. `gathered`: what belongs to it has happened, too.
    void network_changed(bool gathered);
    /// The machine was asleep, or we were frozen.
    void woken();

    /// Another autossh has a forward of ours, and is awaited until then; or has ended now.
    void move_end(Time end) { end_.move(end); }

    /// Until then a forward would be refused here; nothing else ends this wait than that somebody lets go.
    void wait_for(HeldPlaces places);

    /// The time has come, or something says that a try is worth it now; and there is a route to the server.
    bool is_over();
    Time next_look() const;

private:
    bool is_due();
    bool leads_there_otherwise();
    void look_at_login();
    void look_at_places();
    bool login_has_changed();
    bool agent_has_changed();
    void look_for_way();

    Starts::Member& starts_;
    Log& log_;
    Destination destination_;
    std::optional<Destination> server_;
    std::optional<std::string> course_;  ///< to the server, as last seen; nothing: it cannot be known
    bool minds_network_;
    bool any_change_counts_;
    WaitEnd end_;
    Time try_anyway_ = never;  ///< while there is no route: we may be mistaken
    Time next_way_look_ = never;
    Time looked_;  ///< for a route
    bool due_ = false;
    bool has_no_route_ = false;
    bool answered_ = false;   ///< the server, to a knock or to another tunnel
    bool has_login_ = false;  ///< another tunnel, the same one
    bool is_mended_ = false;
    std::vector<std::string> files_;  ///< that the log-in depends on
    std::vector<FileMark> marks_;
    std::string agent_;  ///< its socket; empty: none is configured
    std::optional<AgentQuestion> question_;
    std::optional<std::string> agents_keys_;  ///< as listed last
    Time next_check_ = never;
    HeldPlaces held_;
    Time next_held_look_ = never;
};

}  // namespace autossh
