// The echo of a hub: its places, its connections, and their limits.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/hub/connection_limits.hpp"
#include "autossh/hub/echo_client.hpp"
#include "autossh/hub/echo_listener.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// A place where a hub cannot listen.
struct HubObstacle {
    HubPlace place;
    std::string text;
};

/// Sleeps while nobody is connected.
class EchoServer {
public:
    using OnBeat = std::function<void(const Beat&, std::optional<uid_t>)>;
    /// Of the account whose connection ends for another one.
    using OnTurnedAway = std::function<void(std::optional<uid_t>, ConnectionLimits::Verdict)>;

    EchoServer(const Executor& executor, OnBeat on_beat, OnTurnedAway on_turned_away);

    /// Opens those that it does not listen on yet, and keeps them for listen(). Returns which it could not.
    std::vector<HubObstacle> prepare(const std::vector<HubPlace>& places);
    /// What was prepared is not wanted after all.
    void forget_prepared() { prepared_.clear(); }
    /// There and nowhere else, after prepare(): connections stay, and so do listeners that are wanted still.
    void listen(const std::vector<HubPlace>& places);

    /// False: somebody has removed the socket of a path; prepare() and listen() make it anew.
    bool is_whole() const;
    std::vector<std::string> places() const;
    std::uint64_t strange() const { return strange_; }
    std::uint64_t turned_away() const { return turned_away_; }

private:
    void take(StreamSocket socket);
    void end_one_of(std::optional<uid_t> account);
    void has_ended(EchoClient& client);
    void remove_ended();
    void end_old();
    void renew_alarm();

    Executor executor_;
    OnBeat on_beat_;
    OnTurnedAway on_turned_away_;
    EchoClient::Host host_;
    ConnectionLimits limits_;
    std::vector<std::unique_ptr<EchoListener>> listeners_;
    std::vector<std::unique_ptr<EchoListener>> prepared_;
    std::list<EchoClient> clients_;  ///< the oldest first
    bool is_to_remove_ = false;
    bool is_timed_ = false;
    Alarm alarm_;  ///< of the oldest
    std::uint64_t strange_ = 0;
    std::uint64_t turned_away_ = 0;
    Lifetime lifetime_;
};

}  // namespace autossh
