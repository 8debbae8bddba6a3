// autossh-fleet(5), "Metrics".
#include "autossh/control/metrics.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace autossh;

namespace {

WallTime moment(std::int64_t milliseconds)
{
    return WallTime(std::chrono::milliseconds(milliseconds));
}

TunnelFacts tunnel_named(const std::string& name, const std::string& state = "up")
{
    TunnelFacts tunnel;
    tunnel.name = name;
    tunnel.state = state;
    tunnel.health = state == "up" ? "up" : "down";
    tunnel.host = "me@" + name;
    return tunnel;
}

MeteredDaemon daemon_with(std::vector<TunnelFacts> tunnels, const std::string& name = "field")
{
    DaemonFacts facts;
    facts.name = name;
    facts.pid = 42;
    facts.kind = "fleet";
    facts.version = "2.1.1";
    facts.tunnels = std::move(tunnels);
    return {facts};
}

std::string text_of(const MeteredDaemon& daemon)
{
    return prometheus_text({&daemon, 1}, moment(1'795'940'042'125));
}

bool has_line(const std::string& text, const std::string& line)
{
    return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

bool has_metric(const std::string& text, const std::string& name)
{
    return ('\n' + text).find('\n' + name + '{') != std::string::npos;
}

/// Of all lines that are samples, the name and labels.
std::vector<std::string> series_of(const std::string& text)
{
    std::vector<std::string> series;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        if (text[at] != '#')
            series.push_back(text.substr(at, text.find("} ", at) - at));
    return series;
}

}  // namespace

TEST_CASE("Metrics: a tunnel that is down tells its state, its class and its sums")
{
    TunnelFacts tunnel = tunnel_named("db", "waiting");
    tunnel.since = moment(1'795'940'000'500);
    tunnel.starts = 17;
    tunnel.groups = {"prod", "data"};
    tunnel.cause = {"refused", "connection refused", ""};
    tunnel.round_trip = {Seconds(0.023), {}, {}, 100, 2, {}};
    tunnel.forwards = {{"", "L", "1", "b:2", "wanted", "working"}, {"", "D", "3", "", "wanted", "refused"}};
    tunnel.totals = {Seconds(12345.5), Seconds(2), {{"refused", 3}, {"other", 1}}};
    const std::string text = text_of(daemon_with({tunnel}));
    const std::string its = "{daemon=\"field\",tunnel=\"db\"";
    for (const std::string& line : std::vector<std::string>{
             "autossh_tunnel_info" + its + ",host=\"me@db\",groups=\"prod,data\"} 1",
             "autossh_tunnel_wanted" + its + "} 1",
             "autossh_tunnel_up" + its + "} 0",
             "autossh_tunnel_state" + its + ",state=\"waiting\"} 1",
             "autossh_tunnel_state_timestamp_seconds" + its + "} 1795940000.5",
             "autossh_tunnel_failure" + its + ",class=\"refused\"} 1",
             "autossh_tunnel_starts_total" + its + "} 17",
             "autossh_tunnel_outages_total" + its + ",class=\"refused\"} 3",
             "autossh_tunnel_outages_total" + its + ",class=\"other\"} 1",
             "autossh_tunnel_up_seconds_total" + its + "} 12345.5",
             "autossh_tunnel_down_seconds_total" + its + "} 2",
             "autossh_tunnel_round_trip_seconds" + its + "} 0.023",
             "autossh_tunnel_tests_total" + its + ",result=\"passed\"} 98",
             "autossh_tunnel_tests_total" + its + ",result=\"failed\"} 2",
             "autossh_tunnel_forwards" + its + ",state=\"working\"} 1",
             "autossh_tunnel_forwards" + its + ",state=\"refused\"} 1",
         }) {
        CAPTURE(line, text);
        CHECK(has_line(text, line));
    }
}

TEST_CASE("Metrics: what is not known, and what is not so, is left out")
{
    const std::string text = text_of(daemon_with({tunnel_named("db")}));
    for (const std::string name :
         {"autossh_tunnel_failure", "autossh_tunnel_outages_total", "autossh_tunnel_up_seconds_total",
          "autossh_tunnel_round_trip_seconds", "autossh_tunnel_tests_total", "autossh_tunnel_forwards",
          "autossh_tunnel_state_timestamp_seconds", "autossh_fleet_config_changed",
          "autossh_fleet_config_last_reload_successful", "autossh_hub_beats_total"}) {
        CAPTURE(name);
        CHECK_FALSE(has_metric(text, name));
        CHECK(text.find(name) == std::string::npos);
    }
}

TEST_CASE("Metrics: a tunnel is up in the states that count as up in its availability")
{
    struct Case {
        std::string state;
        std::string health;
        std::string up;
    };
    for (const Case& each : std::vector<Case>{{"up", "up", "1"},
                                              {"degraded", "impaired", "1"},
                                              {"suspect", "impaired", "1"},
                                              {"connecting", "impaired", "0"},
                                              {"gave-up", "down", "0"},
                                              {"stopped", "stopped", "0"},
                                              {"", "up", "1"},
                                              {"", "impaired", "0"}}) {
        TunnelFacts tunnel = tunnel_named("db", each.state);
        tunnel.health = each.health;
        CAPTURE(each.state, each.health);
        CHECK(has_line(text_of(daemon_with({tunnel})),
                       "autossh_tunnel_up{daemon=\"field\",tunnel=\"db\"} " + each.up));
    }
    TunnelFacts stopped = tunnel_named("db", "stopped");
    stopped.wanted = false;
    stopped.cause.failure_class = "refused";
    const std::string text = text_of(daemon_with({stopped}));
    CHECK(has_line(text, "autossh_tunnel_wanted{daemon=\"field\",tunnel=\"db\"} 0"));
    CHECK_FALSE(has_metric(text, "autossh_tunnel_failure"));
}

TEST_CASE("Metrics: a process tells its version, its counts and how its file was read")
{
    MeteredDaemon daemon = daemon_with({tunnel_named("a"), tunnel_named("b", "waiting")});
    daemon.facts.config = "/etc/autossh/fleet.toml";
    daemon.facts.config_newer = true;
    daemon.facts.config_read = moment(1'795'940'000'000);
    daemon.facts.config_refused = true;
    daemon.facts.starting = 2;
    daemon.facts.queued = 7;
    daemon.facts.hooks.failures = {{"timeout", 3}, {"queue", 0}};
    const std::string text = text_of(daemon);
    const std::string its = "{daemon=\"field\"";
    for (const std::string& line : std::vector<std::string>{
             "autossh_build_info" + its + ",version=\"2.1.1\"} 1",
             "autossh_fleet_answers" + its + "} 1",
             "autossh_fleet_last_write_timestamp_seconds" + its + "} 1795940042.125",
             "autossh_fleet_config_last_reload_successful" + its + "} 0",
             "autossh_fleet_config_last_reload_success_timestamp_seconds" + its + "} 1795940000",
             "autossh_fleet_config_changed" + its + "} 1",
             "autossh_fleet_tunnels" + its + ",state=\"up\"} 1",
             "autossh_fleet_tunnels" + its + ",state=\"waiting\"} 1",
             "autossh_fleet_tunnels" + its + ",state=\"stopped\"} 0",
             "autossh_fleet_running_starts" + its + "} 2",
             "autossh_fleet_queued_starts" + its + "} 7",
             "autossh_fleet_hook_failures_total" + its + ",reason=\"timeout\"} 3",
             "autossh_fleet_hook_failures_total" + its + ",reason=\"queue\"} 0",
         }) {
        CAPTURE(line, text);
        CHECK(has_line(text, line));
    }
    MeteredDaemon silent;
    silent.facts.pid = 7;
    silent.answers = false;
    CHECK(text_of(silent) == "# HELP autossh_fleet_answers 1 if the process answers, 0 if it only runs.\n"
                             "# TYPE autossh_fleet_answers gauge\n"
                             "autossh_fleet_answers{daemon=\"autossh:7\"} 0\n");
}

TEST_CASE("Metrics: a box is alive while it is not missed")
{
    MeteredDaemon hub = daemon_with({});
    hub.hub = HubFacts{.beats = 9, .strange = 1, .not_kept = 2, .turned_away = 3};
    for (const std::string state : {"alive", "late", "lost", "awaited", "unexpected"}) {
        BoxFacts box;
        box.name = state;
        box.state = state;
        box.is_expected = state != "unexpected";
        box.beats = 5;
        hub.hub->boxes.push_back(box);
    }
    hub.hub->boxes[0].last_seen = moment(1'795'940'000'000);
    hub.hub->boxes[0].belongs_to = "box";
    hub.hub->boxes[0].reached = false;
    const std::string text = text_of(hub);
    for (const std::string& line : std::vector<std::string>{
             "autossh_hub_beats_total{daemon=\"field\"} 9",
             "autossh_hub_box_alive{daemon=\"field\",box=\"alive\"} 1",
             "autossh_hub_box_alive{daemon=\"field\",box=\"late\"} 1",
             "autossh_hub_box_alive{daemon=\"field\",box=\"lost\"} 0",
             "autossh_hub_box_alive{daemon=\"field\",box=\"awaited\"} 0",
             "autossh_hub_box_state{daemon=\"field\",box=\"unexpected\",state=\"unexpected\"} 1",
             "autossh_hub_box_last_seen_timestamp_seconds{daemon=\"field\",box=\"alive\"} 1795940000",
             "autossh_hub_box_beats_total{daemon=\"field\",box=\"lost\"} 5",
             "autossh_hub_box_wrong_account_beats_total{daemon=\"field\",box=\"alive\"} 0",
             "autossh_hub_box_reached{daemon=\"field\",box=\"alive\"} 0",
         }) {
        CAPTURE(line, text);
        CHECK(has_line(text, line));
    }
    CHECK(text.find("autossh_hub_box_alive{daemon=\"field\",box=\"unexpected\"}") == std::string::npos);
}

TEST_CASE("Metrics: values of labels are escaped, and UTF-8 whatever a stranger sends")
{
    CHECK(label_value("a\\b\"c\nd") == "a\\\\b\\\"c\\nd");
    CHECK(label_value("caf\xC3\xA9") == "caf\xC3\xA9");
    CHECK(label_value("\xFFx\xC3") == "\xEF\xBF\xBDx\xEF\xBF\xBD");
}

TEST_CASE("Metrics: no series is there twice, and all of a metric stand together")
{
    std::vector<MeteredDaemon> daemons{daemon_with({tunnel_named("a")}, "web"),
                                       daemon_with({tunnel_named("a")}, "web"), daemon_with({}, "")};
    daemons[1].facts.pid = 43;
    daemons[0].hub.emplace();
    for (const char* const name : {"\xFF", "\xFE"}) {
        BoxFacts box;
        box.name = name;
        box.state = "alive";
        daemons[0].hub->boxes.push_back(box);
    }
    const std::string text = prometheus_text(daemons, moment(0));
    CHECK(has_line(text, "autossh_tunnel_up{daemon=\"web:42\",tunnel=\"a\"} 1"));
    CHECK(has_line(text, "autossh_tunnel_up{daemon=\"web:43\",tunnel=\"a\"} 1"));
    CHECK(has_line(text, "autossh_fleet_answers{daemon=\"autossh:42\"} 1"));
    const std::vector<std::string> series = series_of(text);
    CHECK(std::set(series.begin(), series.end()).size() == series.size());
    std::vector<std::string> names;
    for (const std::string& one : series)
        if (const std::string name = one.substr(0, one.find('{')); names.empty() || names.back() != name)
            names.push_back(name);
    CHECK(std::set(names.begin(), names.end()).size() == names.size());
}
