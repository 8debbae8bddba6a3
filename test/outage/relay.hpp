#pragma once

#include "autossh/base/unique_fd.hpp"
#include "outage/flow.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <random>
#include <set>
#include <thread>

namespace autossh_test::outage {

/// The router between two TUN devices. Passes IPv4 on, in order and late by the delay, and does harm as told.
/// Like a firewall it knows each TCP connection by its first packet, and drops what belongs to none.
/// Every member function returns when the relay's thread has done it.
class Relay {
public:
    using Clock = std::chrono::steady_clock;

    Relay(autossh::UniqueFd client, autossh::UniqueFd server, std::chrono::milliseconds delay);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    void lose(int percent) { command(Kind::lose, percent); }
    void cut(bool is_cut) { command(Kind::cut, is_cut ? 1 : 0); }
    /// While it holds it takes packets and delivers none; afterwards all of them, in order.
    void hold(bool holds) { command(Kind::hold, holds ? 1 : 0); }
    /// From now on only connections pass that begin after it.
    void forget_flows() { command(Kind::forget, 0); }

private:
    enum class Kind { lose, cut, hold, forget, stop };
    struct Command {
        Kind kind;
        int value;
    };
    struct Late {
        Clock::time_point due;
        Packet packet;
    };
    struct Side {
        autossh::UniqueFd device;
        std::deque<Late> arriving;  ///< to be written to the device
    };

    void command(Kind kind, int value);
    void run();
    void obey(const Command& command);
    void wait() const;
    std::optional<Clock::time_point> next_due() const;
    void take(const Side& from, Side& to);
    void deliver(Side& side) const;
    bool passes(const Packet& packet);

    std::array<Side, 2> sides_;
    Clock::duration delay_;
    int loss_ = 0;
    bool is_cut_ = false;
    bool holds_ = false;
    std::set<Flow> flows_;
    std::mt19937 random_;
    autossh::UniqueFd orders_;   ///< the lab's end,
    autossh::UniqueFd obeying_;  ///< and the thread's
    std::thread thread_;
};

}  // namespace autossh_test::outage
