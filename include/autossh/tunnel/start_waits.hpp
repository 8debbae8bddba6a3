// What a tunnel waits for before each start of ssh: the backoff, others that it needs, and its turn at the
// server.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/rules/end_rules.hpp"
#include "autossh/rules/request.hpp"
#include "autossh/rules/wait_history.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/agent_question.hpp"
#include "autossh/tunnel/session.hpp"
#include "autossh/tunnel/starts.hpp"
#include "autossh/tunnel/surroundings.hpp"
#include "autossh/tunnel/waiting.hpp"
#include "autossh/tunnel/world.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

    /// No other ssh is started.
    void leave() { member_.leave(); }

    /// The settings have other times now; a wait that has begun keeps its own.
    void take_over_times(const TunnelSettings& settings);

    /// Manual, "Backoff". `down_because`: why the last ssh has ended; empty: that has been reported, or there
    /// was none. A ruling: there is no next start.
    Awaitable<std::optional<Ruling>> pause(std::string down_because);

    /// Those that it needs are up, and it is its turn among all tunnels of the process. Or there is a reason
    /// not to start.
    Awaitable<void> wait_for_turn();
    /// How a second ssh, beside the one that runs, asks for its turn.
    StartRequest request_beside() const;
    /// ssh runs: what others wait for is told when it is so.
    void look_at_living();
    /// It has ended, or could not be started. `by_us`: we have ended it.
    void note_end(bool by_us);

    /// How many tunnels are before it, while it waits for its turn.
    std::size_t queued() const { return queued_; }

    /// What has happened, or was asked, that ends the waits for good.
    std::optional<Ruling> reason_not_to_start() const;

private:
    Awaitable<void> wait_for_others();
    Awaitable<void> wait_in_line();
    void tell_of_hold(const std::string& words, bool in_line, std::string_view remedy);
    StartRequest request();
    void ask_agent();
    void look_for_rivals(Waiting& waiting);
    void tell_of_rival();
    WaitBasis basis();

    World& world_;
    Manner manner_;
    Duration longest_;  ///< wait
    Tunnel tunnel_;
    WaitHistory history_;
    Starts::Member member_;
    std::int64_t priority_;
    const std::vector<std::string>& after_;
    long failures_ = 0;          ///< starts in a row without a log-in
    Time down_since_;            ///< since the end of the last one that was logged in
    bool is_asked_for_ = false;  ///< the start that comes next: by a person, or what may mend a refusal
    bool is_hoped_for_ = false;  ///< the same, by the network
    std::unique_ptr<AgentQuestion> agent_;  ///< asked before the start, until ssh has logged in; or null
    std::string told_hold_ = {};            ///< in the log
    std::size_t queued_ = 0;
};

}  // namespace autossh
