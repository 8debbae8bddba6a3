#include "autossh/control/metric_families.hpp"

#include "autossh/control/wall_time.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace autossh {

namespace {

constexpr std::string_view gauge = "gauge";
constexpr std::string_view counter = "counter";

/// Manual, "States", and that of a tunnel which nobody wants up.
constexpr std::array<std::string_view, 10> metric_states{"starting", "connecting", "authenticated", "up",
                                                         "degraded", "suspect",    "stopping",      "waiting",
                                                         "gave-up",  "stopped"};

double as_number(std::uint64_t number)
{
    return static_cast<double>(number);
}

double as_flag(bool flag)
{
    return flag ? 1 : 0;
}

double in_seconds(Seconds time)
{
    return to_the_millisecond(time);
}

double in_seconds(WallTime time)
{
    return in_seconds(std::chrono::duration_cast<Seconds>(time.time_since_epoch()));
}

void add_time(MetricSamples& samples, const std::optional<WallTime>& time)
{
    if (time)
        samples.add(in_seconds(*time));
}

/// "Availability" counts so. An older autossh may tell its health alone.
bool counts_as_up(const TunnelFacts& tunnel)
{
    if (tunnel.state.empty())
        return tunnel.health == "up";
    return tunnel.state == "up" || tunnel.state == "degraded" || tunnel.state == "suspect";
}

void count_states(MetricSamples& samples, const TimedDaemon& its)
{
    if (!its.daemon.answers)
        return;
    for (const std::string_view state : metric_states)
        samples.add(
            "state", state,
            static_cast<double>(std::ranges::count(its.daemon.facts.tunnels, state, &TunnelFacts::state)));
}

void count_forwards(MetricSamples& samples, const TunnelFacts& tunnel)
{
    for (const std::string_view state : {"working", "refused", "unknown"})
        if (const auto number = std::ranges::count(tunnel.forwards, state, &ForwardFacts::state); number > 0)
            samples.add("state", state, static_cast<double>(number));
}

constexpr std::array metrics_of_processes{
    MetricFamily<TimedDaemon>{"autossh_build_info", gauge, "The version of an autossh that runs, always 1.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  if (its.daemon.answers && !its.daemon.facts.version.empty())
                                      samples.add("version", its.daemon.facts.version, 1);
                              }},
    MetricFamily<TimedDaemon>{
        "autossh_fleet_answers", gauge, "1 if the process answers, 0 if it only runs.",
        [](MetricSamples& samples, const TimedDaemon& its) { samples.add(as_flag(its.daemon.answers)); }},
    MetricFamily<TimedDaemon>{"autossh_fleet_last_write_timestamp_seconds", gauge,
                              "When these values were so.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  if (its.daemon.answers)
                                      samples.add(in_seconds(its.at));
                              }},
    MetricFamily<TimedDaemon>{"autossh_fleet_config_last_reload_successful", gauge,
                              "0 if the file had mistakes when it was read last.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  if (its.daemon.facts.config_read)
                                      samples.add(as_flag(!its.daemon.facts.config_refused));
                              }},
    MetricFamily<TimedDaemon>{"autossh_fleet_config_last_reload_success_timestamp_seconds", gauge,
                              "When the file was read without mistakes.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  add_time(samples, its.daemon.facts.config_read);
                              }},
    MetricFamily<TimedDaemon>{"autossh_fleet_config_changed", gauge,
                              "1 if the file has changed since it was read.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  if (!its.daemon.facts.config.empty())
                                      samples.add(as_flag(its.daemon.facts.config_newer));
                              }},
    MetricFamily<TimedDaemon>{"autossh_fleet_tunnels", gauge, "Tunnels by state.", count_states},
    MetricFamily<TimedDaemon>{"autossh_fleet_running_starts", gauge, "Clients on their way to a log-in.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  if (its.daemon.answers)
                                      samples.add(as_number(its.daemon.facts.starting));
                              }},
    MetricFamily<TimedDaemon>{"autossh_fleet_queued_starts", gauge, "Tunnels that wait for leave to start.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  if (its.daemon.answers)
                                      samples.add(as_number(its.daemon.facts.queued));
                              }},
    MetricFamily<TimedDaemon>{"autossh_fleet_hook_failures_total", counter,
                              "Calls of hooks that failed or were not made, since the process began.",
                              [](MetricSamples& samples, const TimedDaemon& its) {
                                  for (const auto& failures : its.daemon.facts.hooks.failures)
                                      samples.add("reason", failures.reason, as_number(failures.number));
                              }},
};

using Tunnel = MetricFamily<TunnelFacts>;

constexpr std::array metrics_of_tunnels{
    Tunnel{"autossh_tunnel_info", gauge, "The destination of a tunnel and its groups, always 1.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               samples.add(
                   {{"host", tunnel.host}, {"groups", fmt::format("{}", fmt::join(tunnel.groups, ","))}}, 1);
           }},
    Tunnel{"autossh_tunnel_wanted", gauge, "0 if the tunnel is stopped by a person or not enabled.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) { samples.add(as_flag(tunnel.wanted)); }},
    Tunnel{"autossh_tunnel_up", gauge, "1 if the tunnel is up, degraded or suspect.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               samples.add(as_flag(counts_as_up(tunnel)));
           }},
    Tunnel{"autossh_tunnel_state", gauge, "The state that the tunnel is in, always 1.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               if (!tunnel.state.empty())
                   samples.add("state", tunnel.state, 1);
           }},
    Tunnel{"autossh_tunnel_state_timestamp_seconds", gauge, "Since when it is in this state.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) { add_time(samples, tunnel.since); }},
    Tunnel{"autossh_tunnel_failure", gauge, "The class of the failure that keeps it down, always 1.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               if (!counts_as_up(tunnel) && tunnel.wanted && !tunnel.cause.failure_class.empty())
                   samples.add("class", tunnel.cause.failure_class, 1);
           }},
    Tunnel{"autossh_tunnel_starts_total", counter, "Starts of ssh since the process began.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) { samples.add(as_number(tunnel.starts)); }},
    Tunnel{"autossh_tunnel_outages_total", counter, "Outages by class of failure.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               if (tunnel.totals)
                   for (const OutageCount& outages : tunnel.totals->outages)
                       samples.add("class", outages.failure_class, as_number(outages.number));
           }},
    Tunnel{"autossh_tunnel_up_seconds_total", counter, "Time that it was wanted and up.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               if (tunnel.totals)
                   samples.add(in_seconds(tunnel.totals->up));
           }},
    Tunnel{"autossh_tunnel_down_seconds_total", counter, "Time that it was wanted and down.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               if (tunnel.totals)
                   samples.add(in_seconds(tunnel.totals->down));
           }},
    Tunnel{"autossh_tunnel_round_trip_seconds", gauge, "Of the last connection test that has passed.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               if (tunnel.round_trip.last && std::isfinite(tunnel.round_trip.last->count()))
                   samples.add(tunnel.round_trip.last->count());
           }},
    Tunnel{"autossh_tunnel_tests_total", counter, "Connection tests of this ssh by result.",
           [](MetricSamples& samples, const TunnelFacts& tunnel) {
               const RoundTripFacts& tests = tunnel.round_trip;
               if (tests.tests == 0)
                   return;
               samples.add("result", "passed", as_number(tests.tests - std::min(tests.failed, tests.tests)));
               samples.add("result", "failed", as_number(tests.failed));
           }},
    Tunnel{"autossh_tunnel_forwards", gauge, "Forwards by state.", count_forwards},
};

constexpr std::array metrics_of_hubs{
    MetricFamily<HubFacts>{
        "autossh_hub_beats_total", counter, "Messages of boxes since the hub listens.",
        [](MetricSamples& samples, const HubFacts& hub) { samples.add(as_number(hub.beats)); }},
    MetricFamily<HubFacts>{
        "autossh_hub_strange_connections_total", counter, "Connections without a message of an autossh.",
        [](MetricSamples& samples, const HubFacts& hub) { samples.add(as_number(hub.strange)); }},
    MetricFamily<HubFacts>{
        "autossh_hub_refused_connections_total", counter, "Connections that were one too many.",
        [](MetricSamples& samples, const HubFacts& hub) { samples.add(as_number(hub.turned_away)); }},
    MetricFamily<HubFacts>{
        "autossh_hub_unkept_beats_total", counter, "Messages of boxes for which there is no room.",
        [](MetricSamples& samples, const HubFacts& hub) { samples.add(as_number(hub.not_kept)); }},
};

using Box = MetricFamily<BoxFacts>;

constexpr std::array metrics_of_boxes{
    Box{"autossh_hub_box_alive", gauge, "1 if a box that is expected is alive or late, 0 if it is missed.",
        [](MetricSamples& samples, const BoxFacts& box) {
            if (box.is_expected)
                samples.add(as_flag(box.state == "alive" || box.state == "late"));
        }},
    Box{"autossh_hub_box_state", gauge, "The state that the box is in, always 1.",
        [](MetricSamples& samples, const BoxFacts& box) { samples.add("state", box.state, 1); }},
    Box{"autossh_hub_box_last_seen_timestamp_seconds", gauge, "When its last message came.",
        [](MetricSamples& samples, const BoxFacts& box) { add_time(samples, box.last_seen); }},
    Box{"autossh_hub_box_beats_total", counter, "Messages of the box since it is known.",
        [](MetricSamples& samples, const BoxFacts& box) { samples.add(as_number(box.beats)); }},
    Box{"autossh_hub_box_wrong_account_beats_total", counter,
        "Messages with its name from an account that it does not belong to.",
        [](MetricSamples& samples, const BoxFacts& box) {
            if (!box.belongs_to.empty())
                samples.add(as_number(box.wrong_times));
        }},
    Box{"autossh_hub_box_reached", gauge, "1 if an ssh server has answered through its own forward.",
        [](MetricSamples& samples, const BoxFacts& box) {
            if (box.reached)
                samples.add(as_flag(*box.reached));
        }},
};

}  // namespace

std::span<const MetricFamily<TimedDaemon>> daemon_families()
{
    return metrics_of_processes;
}

std::span<const MetricFamily<TunnelFacts>> tunnel_families()
{
    return metrics_of_tunnels;
}

std::span<const MetricFamily<HubFacts>> hub_families()
{
    return metrics_of_hubs;
}

std::span<const MetricFamily<BoxFacts>> box_families()
{
    return metrics_of_boxes;
}

}  // namespace autossh
