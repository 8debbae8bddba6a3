// The connection test of -M PORT:ECHO: a forwarding to an echo service beyond the server, which sends our
// message back on the same connection.
#pragma once

#include "autossh/heartbeat/connection_test.hpp"
#include "autossh/heartbeat/probe.hpp"

#include <cstdint>

namespace autossh {

class EchoService : public ConnectionTest {
public:
    /// `port`: on 127.0.0.1, where ssh listens.
    EchoService(const Executor& executor, Log& log, std::uint16_t port);

    void start(const std::string& message, const TestLimits& limits,
               std::function<void(TestResult)> done) override;
    void abandon() override { probe_.cancel(); }

private:
    Executor executor_;
    Log& log_;
    Probe::Entrance entrance_;
    CurrentProbe probe_;
};

}  // namespace autossh
