// Finds out, by the living connection, whether 127.0.0.1 of the server is ours for a -R that it has granted.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/system/machine_turn.hpp"
#include "autossh/tunnel/loopback_owner.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

/// Manual, "Refused forwards". Of one ssh after another.
class LoopbackProofs {
public:
    /// `on_change`: something has been found out.
    LoopbackProofs(Executor executor, Log& log, StatusTracker& tracker, std::function<void()> on_change);

    /// `master`: of the ssh that is started; null where it is none for us.
    void begin(std::shared_ptr<MuxClient> master);
    void end();

    /// Begins with what is due. Before the tunnel is up, it is held up for that, for a moment.
    void look(Time now);
    Time next_look() const;
    bool is_asking() const { return is_asking_; }

private:
    bool may_ask() const;
    std::optional<Forward> unproven() const;
    std::vector<Forward> suspects() const;
    const Forward* found(const Forward& forward) const;
    bool is_used(const Forward& forward) const;
    void accept_used();

    void begin_proof(const Forward& forward, Time now);
    Awaitable<void> prove(std::shared_ptr<MuxClient> master, Forward forward, Lifetime::Observer observer);
    Awaitable<void> look_at_strangers(std::shared_ptr<MuxClient> master, std::vector<Forward> forwards,
                                      Lifetime::Observer observer);
    /// Nothing: it is not to be had.
    Awaitable<std::optional<LoopbackOwner>> owner_again(std::shared_ptr<MuxClient> master, Forward forward,
                                                        Lifetime::Observer observer);
    Awaitable<LoopbackOwner> owner_of(std::shared_ptr<MuxClient> master, Forward forward,
                                      Lifetime::Observer observer);
    void take(const Forward& forward, LoopbackOwner owner);
    void grant(const Forward& forward, const std::string& words);  ///< one that was refused there
    void finish();

    Executor executor_;
    Log& log_;
    StatusTracker& tracker_;
    std::function<void()> on_change_;
    std::shared_ptr<MuxClient> master_;
    bool is_asking_ = false;
    std::vector<ConfiguredForward> skipped_;    ///< of this ssh: nothing is to be learned
    std::vector<ConfiguredForward> forbidden_;  ///< the server does not allow the question
    Time next_ = never;                         ///< that something is due at
    MachineTurn turn_;
    Time strangers_due_{};
    Duration stranger_wait_{};
    Lifetime lifetime_;
};

}  // namespace autossh
