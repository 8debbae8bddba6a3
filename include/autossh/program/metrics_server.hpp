// The port where Prometheus reads our metrics: GET /metrics, GET /health.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/hub/echo_listener.hpp"
#include "autossh/program/metrics_client.hpp"
#include "autossh/settings/hub_place.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace autossh {

/// Sleeps while nobody is connected. A client that is slow, silent or one of many loses its own answer.
class MetricsServer {
public:
    /// The oldest gives way to the next.
    static constexpr std::size_t most_clients = 8;

    MetricsServer(const Executor& executor, std::function<MetricsAnswer(MetricsRequest)> answer);

    /// Opens the port, if it is not the one that is open, and keeps it for listen(). Returns why it cannot,
    /// with what helps; empty: it is open.
    std::string prepare(const HubPlace& place);
    /// What was prepared is not wanted after all.
    void forget_prepared() { prepared_.reset(); }
    /// There and nowhere else, after prepare(); nothing: nowhere.
    void listen(const std::optional<HubPlace>& place);

private:
    void take(StreamSocket socket);
    void remove_ended();
    void end_old();

    Executor executor_;
    MetricsClient::Host host_;
    std::unique_ptr<EchoListener> listener_;
    std::unique_ptr<EchoListener> prepared_;
    std::list<MetricsClient> clients_;  ///< the oldest first
    bool is_to_remove_ = false;
    Alarm alarm_;  ///< of the oldest
    Lifetime lifetime_;
};

}  // namespace autossh
