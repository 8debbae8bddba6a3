// The connection tests of a tunnel: over what, when, and what a result means.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/heartbeat/monitor.hpp"
#include "autossh/heartbeat/schedule.hpp"
#include "autossh/settings/settings.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// Over the ports of -M PORT, over a loop of Unix sockets (-M auto) or from one to an echo service
/// (-M auto:PORT), or none at all.
class ConnectionTests {
public:
    struct Outcome {
        TestSchedule::Meaning meaning;
        std::string failure;                     ///< why it failed, in words
        Duration round_trip = Duration::zero();  ///< of one that passed
    };

    /// Binds the port of -M PORT. `on_result` is called when a test is over. Throws ConfigError.
    ConnectionTests(Executor executor, const TunnelSettings& settings, Log& log,
                    std::function<void()> on_result);

    /// -M auto: the loop runs over Unix sockets in `directory`, from the next session on. Throws
    /// ConfigError.
    void use_sockets(const std::string& directory);
    /// No loop from the next session on.
    void leave_sockets();
    /// Nothing of what the tests need on this machine was taken away: the socket where the loop comes back.
    bool has_its_socket() const;

    /// The forwardings of the next session's loop, over a port of its own on the server: a dead session's
    /// listener there cannot block it. Empty without sockets.
    std::vector<std::string> make_loop();
    /// That port on the server.
    std::optional<std::uint16_t> loop_port() const
    {
        return forwards_ && forwards_->port != 0 ? std::optional(forwards_->port) : std::nullopt;
    }
    /// The socket where the loop begins; empty: there is no such loop.
    std::string loop_entrance() const { return forwards_ ? forwards_->entrance : ""; }
    /// The socket where it comes back to us; empty: the same.
    std::string loop_exit() const { return forwards_ ? forwards_->exit : ""; }
    /// In its place, who answers on the server; nothing: nobody, it is a loop.
    std::optional<EchoPlace> echo() const { return forwards_ ? forwards_->echo : std::nullopt; }

    /// The settings have other times now.
    void take_over_times(Time now);

    void ssh_started(Time now, bool login_is_heard, bool keepalives);
    void logged_in(Time when) { schedule_.logged_in(when); }
    /// The server does not listen on the loop's port.
    void loop_is_refused() { schedule_.give_up(); }
    /// But on this one, by which the loop of the ssh that runs is led now.
    void loop_moves(std::uint16_t port, Time now);
    /// The program or ssh was stopped; that must not count against the session.
    void postpone(Time now);
    /// Something has happened to the network: test now. A stream of such events does not postpone the result.
    void hurry(Time now);
    /// A second chance has failed, and yet the connection is not silent: another one.
    void give_another_chance(Time now) { schedule_.hurry(now); }
    /// None is in flight.
    bool are_idle() const { return !monitor_ || !monitor_->testing(); }
    /// ssh has ended.
    void abandon();

    /// Begins a test if one is due, and gives the outcome of one that is over, once.
    std::optional<Outcome> step(Time now);
    Time next_deadline() const;
    /// A test has passed in this session.
    bool have_passed() const { return monitor_ && schedule_.has_passed(); }

private:
    void begin(std::unique_ptr<ConnectionTest> test);

    Executor executor_;
    const TunnelSettings& settings_;
    Log& log_;
    std::function<void()> on_result_;
    std::optional<TestForwards> forwards_;  ///< of the ssh that was started last
    TestSchedule schedule_;
    std::optional<Monitor> monitor_;
    bool hurried_ = false;  ///< the test in flight or next: once is enough
};

}  // namespace autossh
