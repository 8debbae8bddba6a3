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
#include <utility>

namespace autossh {

/// Manual, "A better connection first". Of one tunnel, one after another.
class Predecessor {
public:
    /// Whoever has started the child learns of its end, and looks.
    Predecessor(const Executor& executor, const TunnelSettings& settings, Log& log)
        : executor_(executor), settings_(settings), log_(log)
    {}

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
    bool is_there() const { return living_ != nullptr; }
    /// Ends it when nobody uses it, its time is over, or it has been silent for longer than `silence`. Gives
    /// when it was started once it has ended: somebody is to look at what it has left behind.
    std::optional<std::uint64_t> look(Time now, Duration silence);
    Time next_look() const;
    /// It, or one that has just ended, has what the ssh in its place may not have got yet.
    bool may_hold(Time now) const { return is_there() || now < heir_asks_until_; }

    /// Asks it to end.
    void end();
    /// Ends it, without asking.
    void kill() { living_.reset(); }
    /// It was asked: waits for its end, for the kill time at most. `stops`: as end_process().
    Awaitable<void> finish(Event& event, const int& stops);

private:
    /// Only one that is there takes memory.
    struct Living {
        Living(Ssh its_ssh, const Executor& executor, std::function<void()> on_kill)
            : ssh(std::move(its_ssh)), kill_alarm(executor, std::move(on_kill))
        {}

        Ssh ssh;
        Time since;
        Time until = never;
        Time next_look = never;
        bool is_ending = false;
        Alarm kill_alarm;
    };

    void send_kill();
    bool is_silent_for(Duration time, Time now) const;
    bool is_used() const;

    Executor executor_;
    const TunnelSettings& settings_;
    Log& log_;
    std::unique_ptr<Living> living_;
    Time heir_asks_until_ = Time::min();
};

}  // namespace autossh
