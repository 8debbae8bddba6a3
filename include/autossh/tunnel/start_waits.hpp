// What a tunnel waits for before each start of ssh: the backoff, and its turn at the server.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/rules/end_rules.hpp"
#include "autossh/rules/request.hpp"
#include "autossh/rules/wait_history.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/tunnel/gate.hpp"
#include "autossh/tunnel/session.hpp"
#include "autossh/tunnel/surroundings.hpp"
#include "autossh/tunnel/waiting.hpp"
#include "autossh/tunnel/world.hpp"

#include <optional>
#include <string>

namespace autossh {

class StartWaits {
public:
    /// Whose waits they are, and what may end them; all of it outlives the waits.
    struct Tunnel {
        Session& session;
        Surroundings& surroundings;
        Requests& requests;
        Event& event;
        Log& log;
        const Time& end_of_life;  ///< Manual, "Lifetime"
    };

    StartWaits(World& world, const TunnelSettings& settings, const Tunnel& tunnel);

    /// The settings have other times now; a wait that has begun keeps its own.
    void take_over_times(const TunnelSettings& settings);

    /// Manual, "Backoff". `down_because`: why the last ssh has ended; empty: that has been reported, or there
    /// was none. A ruling: there is no next start.
    Awaitable<std::optional<Ruling>> pause(std::string down_because);

    /// Several tunnels to one server do not all log in at a time.
    Awaitable<void> wait_for_turn();
    /// ssh has logged in, or has ended: others may.
    void give_turn_away() { turn_.reset(); }

    /// What has happened, or was asked, that ends the waits for good.
    std::optional<Ruling> reason_not_to_start() const;

private:
    void look_for_rivals(Waiting& waiting);
    void tell_of_rival();
    WaitBasis basis();

    World& world_;
    Manner manner_;
    Duration longest_;  ///< wait
    Tunnel tunnel_;
    WaitHistory history_;
    std::optional<Gate::Turn> turn_;
};

}  // namespace autossh
