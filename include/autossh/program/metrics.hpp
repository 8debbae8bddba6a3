// The metrics of a fleet, as [metrics] in its file wants them: in a file, at a port, or both.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/program/metrics_file.hpp"
#include "autossh/program/metrics_server.hpp"
#include "autossh/settings/fleet_metrics.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// What there is to tell.
struct MetricsSource {
    std::function<std::string()> text;     ///< as prometheus_text()
    std::function<bool()> is_well;         ///< no tunnel that is wanted is down
    std::function<std::string()> summary;  ///< in a line, without its end
};

/// Costs nothing between two writings, or two clients.
class Metrics {
public:
    /// A text that is asked for again within this time is the same one: who asks all the time costs little.
    static constexpr Duration kept_for = std::chrono::seconds(1);

    /// Does nothing before take_over(). `log` outlives it.
    Metrics(const Executor& executor, Log& log, MetricsSource source);

    /// Opens what take_over() of the same settings will need. Returns what is in the way, with its place:
    /// nothing is open then.
    std::vector<FleetError> prepare(const MetricsSettings& next);
    void forget_prepared() { server_.forget_prepared(); }
    /// After prepare(). A file that is not named any more is removed.
    void take_over(const MetricsSettings& next);

    const MetricsSettings& settings() const { return settings_; }

private:
    MetricsAnswer answer(MetricsRequest request);
    void write();
    void tell_of_file(const std::string& complaint);

    Executor executor_;
    Log& log_;
    MetricsSource source_;
    MetricsSettings settings_;
    std::shared_ptr<const std::string> kept_;
    Alarm forget_alarm_;
    MetricsServer server_;
    Alarm write_alarm_;
    std::unique_ptr<MetricsFile> file_;  ///< null: none is wanted
    Lifetime lifetime_;
};

}  // namespace autossh
