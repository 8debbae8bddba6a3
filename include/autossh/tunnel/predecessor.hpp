// The ssh whose place another has taken: it lives on until the last connection through it has ended.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/log_pipe.hpp"
#include "autossh/system/child.hpp"
#include "autossh/system/forwarded_connections.hpp"
#include "autossh/system/kept_connection.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace autossh {

/// Manual, "A better connection first". Of one tunnel, one after another.
class Predecessor {
public:
    /// `on_change`: look.
    Predecessor(const Executor& executor, const TunnelSettings& settings, Log& log,
                std::function<void()> on_change);

    struct Ssh {
        std::unique_ptr<Child> child;
        SshOutput output;
        SocketsOfItsOwn own;
        std::string control_path;   ///< where other ssh may ride on its connection
        std::uint64_t started = 0;  ///< as ProcessStat::started
        /// Reset when it has ended: the server need not wait for a word of it.
        std::optional<KeptConnection> connection = std::nullopt;
    };

    /// It has not much time left if there is one already.
    void begin(Ssh ssh, Duration grace);
    bool is_there() const { return ssh_.child != nullptr; }
    /// Ends it when nobody uses it, its time is over, or it has been silent for longer than `silence`. Gives
    /// when it was started once it has ended: somebody is to look at what it has left behind.
    std::optional<std::uint64_t> look(Time now, Duration silence);
    Time next_look() const;
    /// It, or one that has just ended, has what the ssh in its place may not have got yet.
    bool may_hold(Time now) const { return is_there() || now < heir_asks_until_; }

    /// Asks it to end.
    void end();
    /// Ends it, without asking.
    void kill() { ssh_ = {}; }
    /// It was asked: waits for its end, for the kill time at most. `stops`: as end_process().
    Awaitable<void> finish(Event& event, const int& stops);

private:
    void send_kill();
    bool is_silent_for(Duration time, Time now) const;
    bool is_used() const;

    const TunnelSettings& settings_;
    Log& log_;
    std::function<void()> on_change_;
    Ssh ssh_;
    Time since_;
    Time until_ = never;
    Time next_look_ = never;
    Time heir_asks_until_ = Time::min();
    bool is_ending_ = false;
    Alarm kill_alarm_;
};

}  // namespace autossh
