// One kind of connection test: by what way a message goes over the connection, and comes back.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/settings/settings.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// What came of a test.
struct TestResult {
    bool passed = false;
    std::string failure;          ///< why it has failed, as logged
    bool nobody_listens = false;  ///< it failed where it begins: nothing listens there
    bool echo_is_away = false;  ///< it came to the far end and back, and whoever should answer there does not
    Duration round_trip{};      ///< of our message, if it passed
};

/// How long the steps of a test may take.
struct TestLimits {
    TestLimits(Duration each) : step(each), connection(each) {}
    TestLimits(Duration each, Duration for_connection) : step(each), connection(for_connection) {}

    Duration step;
    Duration connection;  ///< until the loop comes back to us
};

/// What the ssh that is started next forwards for the test alone.
struct TestForwards {
    std::vector<std::string> words;      ///< of ssh's command line
    std::uint16_t port = 0;              ///< that is taken on the server; 0: none
    std::string entrance;                ///< the socket here where ssh listens,
    std::string exit = {};               ///< and that where we do
    std::optional<EchoPlace> echo = {};  ///< or the service on the server that answers
};

/// A kind takes its listeners with its construction and keeps them for life. Manual, "Heartbeat".
class ConnectionTest {
public:
    ConnectionTest() = default;
    virtual ~ConnectionTest() = default;
    ConnectionTest(const ConnectionTest&) = delete;
    ConnectionTest& operator=(const ConnectionTest&) = delete;

    /// Sends `message`, and drops the test before it. What the limits mean for the whole is for the kind to
    /// say. `done` is called once with the result, not after abandon().
    virtual void start(const std::string& message, const TestLimits& limits,
                       std::function<void(TestResult)> done) = 0;
    /// Drops the test in flight, if there is one.
    virtual void abandon() = 0;

    /// For the ssh that is started next. Nothing: the user's own words see to that.
    virtual std::optional<TestForwards> make_forwards() { return std::nullopt; }
    /// What was taken away on this machine, so that no test can pass whatever the connection does. Empty:
    /// nothing.
    virtual std::string obstacle() const { return ""; }
};

}  // namespace autossh
