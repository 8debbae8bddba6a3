#include "support/catch.hpp"
#include "unit/settings/fleet_machine.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

TEST_CASE("Fleet file: after names tunnels, from a range and the defaults, too")
{
    const FleetPlan plan =
        read_fleet_text("[defaults]\nafter = ['gate']\n"
                        "[tunnel.gate]\nafter = []\n"
                        "[range.r]\nname = 'n{n}'\nvars = { n = '1..2' }\nafter = ['gate', 'x{n}']\n"
                        "[range.x]\nname = 'x{n}'\nvars = { n = '1..2' }\n");
    REQUIRE(plan.errors.empty());
    for (const FleetTunnel& tunnel : plan.tunnels) {
        CAPTURE(tunnel.name);
        const auto& after = tunnel.settings.tunnel.after;
        if (tunnel.name == "n2")
            CHECK(after == std::vector<std::string>{"gate", "x2"});
        if (tunnel.name == "x1")
            CHECK(after == std::vector<std::string>{"gate"});
        if (tunnel.name == "gate")
            CHECK(after.empty());
    }
}

TEST_CASE("Mistakes in the file: after names none, the tunnel itself, or tunnels in a ring")
{
    CHECK(complaints_of("[tunnel.gate]\n[tunnel.a]\nafter = ['gat']\n") ==
          "f.toml:3:9: error: after: there is no tunnel \"gat\"\n  did you mean \"gate\"?\n");
    CHECK(complaints_of("[tunnel.a]\nafter = ['a']\n") ==
          "f.toml:2:9: error: after: tunnel \"a\" cannot wait for itself\n");
    CHECK(
        complaints_of("[tunnel.a]\nafter = ['b']\n[tunnel.b]\nafter = ['c']\n[tunnel.c]\nafter = ['b']\n") ==
        "f.toml:4:9: error: after: these tunnels wait for each other: b, c, b\n");
    CHECK(complaints_of("[tunnel.a]\nafter = 'b'\n[tunnel.b]\n") ==
          "f.toml:2:9: error: after: a list of names is expected, not \"b\"\n");
    CHECK(complaints_of("[tunnel.a]\nafter = ['b', 'c']\n[tunnel.b]\nafter = ['d']\n[tunnel.c]\nafter = "
                        "['d']\n[tunnel.d]\n") == "");
}

TEST_CASE("Fleet file: how many log-ins there may be at a time")
{
    const FleetPlan plan = read_fleet_text("[fleet]\nmax-connecting = 20\nper-server = 1000\n[tunnel.a]\n");
    CHECK(plan.errors.empty());
    CHECK((plan.starts == StartLimits{.in_all = 20, .per_server = 1000}));
    CHECK((read_fleet_text("[tunnel.a]\n").starts == StartLimits{}));
    const auto complaint = [](const std::string& key, const std::string& value) {
        return complaints_of("[fleet]\n" + key + " = " + value + "\n[tunnel.a]\n");
    };
    for (const std::string key : {"max-connecting", "per-server"}) {
        const std::string words = ": a whole number from 1 to 1000 is expected, not ";
        const std::string place = "f.toml:2:" + std::to_string(key.size() + 4) + ": error: ";
        CHECK(complaint(key, "0") == place + key + words + "0\n");
        CHECK(complaint(key, "1001") == place + key + words + "1001\n");
        CHECK(complaint(key, "'8'") == place + key + words + "\"8\"\n");
    }
    CHECK(
        complaint("max-conecting", "3") ==
        "f.toml:2:1: error: unknown key \"max-conecting\" in [fleet]\n  did you mean \"max-connecting\"?\n");
}
