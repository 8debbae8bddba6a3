// Whether traffic passes: the connection test over a loop of forwardings or an echo port.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/heartbeat/loop.hpp"
#include "autossh/heartbeat/probe.hpp"
#include "autossh/settings/settings.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace autossh {

/// Tests one tunnel, one test at a time. Manual, "Heartbeat".
class Monitor {
public:
    /// Over the ports of `settings.monitor`: listens on 127.0.0.1:port + 1 for life, unless there is an echo
    /// port. `on_result` is called when a test is over. Throws ConfigError ("bind on 127.0.0.1:N: REASON").
    Monitor(Executor executor, const TunnelSettings& settings, Log& log, std::function<void()> on_result);

    /// Over Unix sockets: listens on `directory`/in for life and connects to `directory`/out, where ssh
    /// listens. Whose the directory is removes the sockets. Throws ConfigError ("bind on PATH: REASON").
    Monitor(Executor executor, const TunnelSettings& settings, const std::string& directory, Log& log,
            std::function<void()> on_result);
    ~Monitor();

    /// Begins a test; `limit` for each of its steps, and over Unix sockets for the whole. `again`: the
    /// message of the last one is sent once more, and counts whichever of the two comes back.
    void start_test(Duration limit, bool again);

    /// A test is in flight.
    bool testing() const { return probe_ != nullptr; }

    /// The last test's result, given once.
    std::optional<bool> take_result();

    /// Why the last test that came to its end has failed, in the words of the log; empty when it passed.
    const std::string& last_failure() const { return last_.failure; }

    /// It failed because nothing listened where ssh should: refused, or no such socket.
    bool nobody_listens() const { return last_.nobody_listens; }

    /// How long our message took in the last test that passed, from when it was first sent; zero before
    /// there is one.
    Duration round_trip() const { return last_.round_trip; }

    /// Drops the test in flight, if there is one, and its result.
    void abandon();

private:
    Monitor(Loop loop, Executor executor, const TunnelSettings& settings, Log& log,
            std::function<void()> on_result);

    Executor executor_;
    const TunnelSettings& settings_;
    Log& log_;
    std::function<void()> on_result_;
    Loop loop_;
    std::shared_ptr<Probe> probe_;
    std::string message_;
    Time first_sent_;
    std::optional<bool> result_;
    TestResult last_;
};

}  // namespace autossh
