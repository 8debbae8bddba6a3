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

/// As planned_hub().
std::unique_ptr<Metrics> Supervisor::planned_metrics(const std::optional<MetricsSettings>& next,
                                                     ReloadAnswer& answer, FleetErrors& errors)
{
    if (!next && metrics_)
        answer.changes.push_back({std::string(metrics_in_reload), "stop", "it is not in the file any more"});
    if (!next || (metrics_ && metrics_->settings() == *next))
        return nullptr;
    answer.changes.push_back({std::string(metrics_in_reload), metrics_ ? "times" : "start", ""});
    std::unique_ptr<Metrics> made = metrics_ ? nullptr : new_metrics();
    for (const FleetError& obstacle : (metrics_ ? *metrics_ : *made).prepare(*next))
        errors.add(obstacle.at, obstacle.text, obstacle.remedy);
    return made;
}

void Supervisor::take_over_metrics(const std::optional<MetricsSettings>& next, std::unique_ptr<Metrics> made)
{
    if (made)
        metrics_ = std::move(made);
    if (!next)
        return metrics_.reset();
    if (metrics_->settings() != *next)
        metrics_->take_over(*next);
}

}  // namespace autossh
