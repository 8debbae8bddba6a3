// The connection test of -M auto: from a Unix socket in our private directory, which ssh makes, by way of a
// port on the server back to another one, where we listen.
#pragma once

#include "autossh/heartbeat/connection_test.hpp"
#include "autossh/heartbeat/probe.hpp"

#include <string>

namespace autossh {

class SocketLoop : public ConnectionTest {
public:
    /// Listens on `directory`/in. Whose the directory is removes the sockets. Throws ConfigError ("bind on
    /// PATH: REASON").
    SocketLoop(const Executor& executor, Log& log, const std::string& directory);

    void start(const std::string& message, const TestLimits& limits,
               std::function<void(TestResult)> done) override;
    void abandon() override { probe_.cancel(); }

    /// Over a port of its own on the server: a dead session's listener there cannot block it.
    std::optional<TestForwards> make_forwards() override;
    /// The directory was removed.
    std::string obstacle() const override;

private:
    Executor executor_;
    Log& log_;
    std::string directory_;
    Probe::Entrance entrance_;
    Listener back_;
    CurrentProbe probe_;
};

}  // namespace autossh
