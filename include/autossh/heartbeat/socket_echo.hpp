// The connection test of -M auto:PORT and -M auto:/PATH: from a Unix socket in our private directory, which
// ssh makes, to an echo service of the server, such as a hub that notes who has called.
#pragma once

#include "autossh/heartbeat/connection_test.hpp"
#include "autossh/heartbeat/probe.hpp"

#include <string>

namespace autossh {

class SocketEcho : public ConnectionTest {
public:
    SocketEcho(const Executor& executor, Log& log, const std::string& directory, EchoPlace echo);

    /// One limit for each step. A connection that ends without an answer has been ended by the far end: the
    /// service is away, and the connection works.
    void start(const std::string& message, const TestLimits& limits,
               std::function<void(TestResult)> done) override;
    void abandon() override { probe_.cancel(); }

    std::optional<TestForwards> make_forwards() override;
    /// The directory was removed.
    std::string obstacle() const override;

private:
    Executor executor_;
    Log& log_;
    std::string directory_;
    EchoPlace echo_;
    Probe::Entrance entrance_;
    CurrentProbe probe_;
};

}  // namespace autossh
