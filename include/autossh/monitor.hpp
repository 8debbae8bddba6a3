// Whether traffic passes: the connection test over a loop of forwardings or an echo port.
#pragma once

#include "autossh/log.hpp"
#include "autossh/settings.hpp"

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace autossh {

class Probe;

/// Tests one tunnel, one test at a time. Manual, "Heartbeat".
class Monitor {
public:
    /// Listens on 127.0.0.1:port + 1 for life, unless there is an echo port. `on_result` is called when a
    /// test is over. Throws ConfigError ("bind on 127.0.0.1:N: REASON").
    Monitor(boost::asio::any_io_executor executor, const TunnelSettings& settings, Log& log,
            std::function<void()> on_result);
    ~Monitor();

    /// Begins a test. Each of its steps has the net timeout.
    void start_test();

    /// A test is in flight.
    bool testing() const { return probe_ != nullptr; }

    /// The last test's result, told once.
    std::optional<bool> take_result();

    /// Drops the test in flight, if there is one, and its result.
    void abandon();

private:
    boost::asio::any_io_executor executor_;
    const TunnelSettings& settings_;
    Log& log_;
    std::function<void()> on_result_;
    std::optional<boost::asio::ip::tcp::acceptor>
        listener_;  ///< where our message comes back; not with an echo port
    std::shared_ptr<Probe> probe_;
    std::optional<bool> result_;
};

}  // namespace autossh
