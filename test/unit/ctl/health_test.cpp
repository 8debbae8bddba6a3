// autosshctl(1), "Health".
#include "autossh/ctl/health.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

std::vector<SeenDaemon> fleet_with(int up, int impaired, int down)
{
    SeenDaemon fleet;
    fleet.facts.kind = "fleet";
    const auto add = [&](int number, const std::string& health, const std::string& state) {
        for (int i = 0; i < number; ++i) {
            TunnelFacts tunnel;
            tunnel.name = health + std::to_string(i);
            tunnel.health = health;
            tunnel.state = state;
            fleet.facts.tunnels.push_back(tunnel);
        }
    };
    add(up, "up", "up");
    add(impaired, "impaired", "degraded");
    add(down, "down", "waiting");
    add(1, "stopped", "stopped");
    return {fleet};
}

}  // namespace

TEST_CASE("autosshctl, health: one line, and the exit status of a plugin")
{
    struct Row {
        std::vector<SeenDaemon> daemons;
        std::optional<HealthLimit> warning;
        std::optional<HealthLimit> critical;
        std::string line;
        int exit_status;
    };
    const HealthLimit one{1, false};
    const HealthLimit five_percent{5, true};
    const std::vector<Row> rows{
        {fleet_with(298, 1, 1), one, five_percent, "OK - 298 of 300 up | up=298 degraded=1 down=1", 0},
        {fleet_with(298, 0, 2), one, five_percent,
         "WARNING - 298 of 300 up: down0 (waiting), down1 (waiting) | up=298 degraded=0 down=2", 1},
        {fleet_with(19, 0, 1), {}, five_percent, "OK - 19 of 20 up | up=19 degraded=0 down=1", 0},
        {fleet_with(18, 0, 1),
         {},
         five_percent,
         "CRITICAL - 18 of 19 up: down0 (waiting) | up=18 degraded=0 down=1",
         2},
        {fleet_with(2, 0, 0), {}, {}, "OK - 2 of 2 up | up=2 degraded=0 down=0", 0},
        {fleet_with(2, 1, 0),
         {},
         {},
         "WARNING - 2 of 3 up: impaired0 (degraded) | up=2 degraded=1 down=0",
         1},
        {fleet_with(0, 0, 7),
         {},
         {},
         "CRITICAL - 0 of 7 up: down0 (waiting), down1 (waiting), down2 (waiting), down3 (waiting), down4 "
         "(waiting) and 2 more | up=0 degraded=0 down=7",
         2},
        {{}, one, {}, "UNKNOWN - no autossh runs", 3},
    };
    for (const Row& row : rows) {
        const HealthResult result = health_of(row.daemons, row.warning, row.critical);
        CHECK(result.line == row.line);
        CHECK(result.exit_status == row.exit_status);
    }
}

TEST_CASE("autosshctl, health: a name cannot forge numbers")
{
    auto daemons = fleet_with(0, 0, 1);
    daemons.front().facts.tunnels.front().name = "a | up=5\n";
    CHECK(health_of(daemons, {}, {}).line ==
          "CRITICAL - 0 of 1 up: a / up=5\\x0a (waiting) | up=0 degraded=0 down=1");
}
