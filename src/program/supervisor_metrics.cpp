// The part of Supervisor that Prometheus reads, where [metrics] stands in the file of the fleet.
#include "autossh/base/errors.hpp"
#include "autossh/control/metrics.hpp"
#include "autossh/program/supervisor.hpp"
#include "autossh/rules/status_report.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// In the place of a tunnel's name, of which no tunnel can have it.
constexpr std::string_view metrics_in_reload = "[metrics]";

}  // namespace

std::unique_ptr<Metrics> Supervisor::new_metrics()
{
    MetricsSource source{
        .text =
            [this] {
                const MeteredDaemon daemon{facts([](const std::string&) { return true; }), hub()};
                return prometheus_text({&daemon, 1}, std::chrono::system_clock::now());
            },
        .is_well =
            [this] {
                return std::ranges::none_of(members_, [](const Member& member) {
                    return member.is_wanted() &&
                           (member.tunnel() == nullptr || health(member.tunnel()->status()) == Health::down);
                });
            },
        .summary = [this] { return service_state().words; }};
    return std::make_unique<Metrics>(io_.get_executor(), log_, std::move(source));
}

/// As open_hub().
void Supervisor::open_metrics(const MetricsSettings& settings)
{
    metrics_ = new_metrics();
    if (const auto obstacles = metrics_->prepare(settings); !obstacles.empty())
        throw ConfigError(fmt::format("metrics: {}{}{}", obstacles.front().text,
                                      obstacles.front().remedy.empty() ? "" : "; ",
                                      obstacles.front().remedy));
    metrics_->take_over(settings);
}

/// As plan_hub().
void Supervisor::plan_metrics(Reload& reload)
{
    const std::optional<MetricsSettings>& next = reload.plan.metrics;
    std::vector<ReloadChange>& changes = reload.answer.changes;
    if (!next && metrics_)
        changes.push_back({std::string(metrics_in_reload), "stop", "it is not in the file any more"});
    if (!next || (metrics_ && metrics_->settings() == *next))
        return;
    changes.push_back({std::string(metrics_in_reload), metrics_ ? "times" : "start", ""});
    if (!metrics_)
        reload.metrics = new_metrics();
    for (const FleetError& obstacle : (metrics_ ? *metrics_ : *reload.metrics).prepare(*next))
        reload.plan.errors.add(obstacle.at, obstacle.text, obstacle.remedy);
}

void Supervisor::take_over_metrics(Reload& reload)
{
    const std::optional<MetricsSettings>& next = reload.plan.metrics;
    if (reload.metrics)
        metrics_ = std::move(reload.metrics);
    if (!next)
        return metrics_.reset();
    if (metrics_->settings() != *next)
        metrics_->take_over(*next);
}

}  // namespace autossh
