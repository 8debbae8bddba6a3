// The connection test of -M PORT: from PORT on this machine by way of the server back to PORT + 1, where we
// listen.
#pragma once

#include "autossh/heartbeat/connection_test.hpp"
#include "autossh/heartbeat/probe.hpp"

#include <cstdint>

namespace autossh {

class PortLoop : public ConnectionTest {
public:
    /// Listens on 127.0.0.1:port + 1. Throws ConfigError ("bind on 127.0.0.1:N: REASON").
    PortLoop(const Executor& executor, Log& log, std::uint16_t port);

    void start(const std::string& message, const TestLimits& limits,
               std::function<void(TestResult)> done) override;
    void abandon() override { probe_.cancel(); }

private:
    Executor executor_;
    Log& log_;
    Probe::Entrance entrance_;
    Listener back_;
    CurrentProbe probe_;
};

}  // namespace autossh
