#include "autossh/control/facts_json.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace autossh;

namespace {

WallTime at(std::int64_t seconds)
{
    return WallTime(std::chrono::milliseconds(1000 * seconds + 125));
}

TunnelFacts full_tunnel()
{
    TunnelFacts tunnel;
    tunnel.name = "vendor";
    tunnel.state = "waiting";
    tunnel.health = "down";
    tunnel.words = "waiting 8 s: connection refused by 192.0.2.1 port 22";
    tunnel.wanted = false;
    tunnel.stopped = "by hand";
    tunnel.since = at(1795940042);
    tunnel.up_since = at(1795940043);
    tunnel.pid = 4243;
    tunnel.starts = 17;
    tunnel.host = "me@vendor";
    tunnel.server = {"vendor.example.com", "192.0.2.1", 22};
    tunnel.groups = {"prod", "data"};
    tunnel.description = "the vendor's \"webhook\"";
    tunnel.cause = {"refused", "connection refused by 192.0.2.1 port 22", "is sshd running there"};
    tunnel.next_try = at(1795940050);
    tunnel.queued = 3;
    tunnel.tries = 4;
    tunnel.round_trip = {Seconds(0.023), Seconds(0.02), Seconds(0.5), 100, 2, {Seconds(0.02), std::nullopt}};
    tunnel.forwards = {{"shop", "L", "8080", "shop.internal:80", "required", "working", 18080, ""},
                       {"", "D", "1080", "", "wanted", "refused", {}, "the port is in use"}};
    tunnel.availability = {0.9998, 1.0, 0.5, 0.25};
    tunnel.totals = {Seconds(12345.5), Seconds(2), {{"refused", 3}, {"other", 1}}};
    tunnel.origin = "fleet.toml:12";
    return tunnel;
}

DaemonFacts full_daemon()
{
    TunnelFacts idle;
    idle.name = "db";
    return {.name = "laptop",
            .kind = "fleet",
            .pid = 4242,
            .version = "2.1.1",
            .user = "me",
            .config = "/etc/autossh/fleet.toml",
            .config_newer = true,
            .tunnels = {full_tunnel(), idle},
            .starting = 2,
            .queued = 7,
            .hub = "3 boxes",
            .hooks = {12, 1, 2, {{"exit", 3}, {"queue", 0}}}};
}

}  // namespace

TEST_CASE("Control protocol: facts are read as they were written")
{
    const std::vector<DaemonFacts> all{DaemonFacts(), full_daemon()};
    for (const DaemonFacts& facts : all) {
        const std::string json = to_json(facts);
        CAPTURE(json);
        const auto read = facts_from_json(json);
        REQUIRE(read.has_value());
        CHECK(*read == facts);
    }
}

TEST_CASE("Control protocol: how the file was read is told where a file was read")
{
    DaemonFacts facts = full_daemon();
    CHECK(to_json(facts).find("config_re") == std::string::npos);
    facts.config_read = at(1795940042);
    facts.config_refused = true;
    const std::string json = to_json(facts);
    CHECK(json.find(R"("config_read":"2026-11-29T08:14:02.125Z","config_refused":true)") !=
          std::string::npos);
    CHECK(facts_from_json(json) == facts);
}

TEST_CASE("Control protocol: facts have the names of autosshctl status --json")
{
    DaemonFacts facts = full_daemon();
    facts.tunnels.resize(1);
    CHECK(to_json(facts) ==
          R"({"name":"laptop","kind":"fleet","pid":4242,"version":"2.1.1","user":"me",)"
          R"("config":"/etc/autossh/fleet.toml","config_newer":true,"starting":2,"queued":7,"hub":"3 boxes",)"
          R"("hooks":{"calls":12,"running":1,"queued":2,"failures":[{"reason":"exit","number":3},)"
          R"({"reason":"queue","number":0}]},"tunnels":[{"name":"vendor",)"
          R"("state":"waiting","health":"down",)"
          R"("words":"waiting 8 s: connection refused by 192.0.2.1 port 22","wanted":false,)"
          R"("stopped":"by hand","since":"2026-11-29T08:14:02.125Z","up_since":"2026-11-29T08:14:03.125Z",)"
          R"("pid":4243,"starts":17,"host":"me@vendor",)"
          R"("server":{"name":"vendor.example.com","address":"192.0.2.1","port":22},)"
          R"("groups":["prod","data"],"description":"the vendor's \"webhook\"",)"
          R"("cause":{"class":"refused","text":"connection refused by 192.0.2.1 port 22",)"
          R"("remedy":"is sshd running there"},"next_try":"2026-11-29T08:14:10.125Z","queued":3,"tries":4,)"
          R"("rtt":{"last":0.023,"p50":0.02,"p95":0.5,"tests":100,"failed":2,"recent":[0.02,null]},)"
          R"("forwards":[{"name":"shop","kind":"L","listen":"8080","to":"shop.internal:80",)"
          R"("need":"required","state":"working","port":18080,"text":null},)"
          R"({"name":null,"kind":"D","listen":"1080","to":null,"need":"wanted","state":"refused",)"
          R"("port":null,"text":"the port is in use"}],)"
          R"("availability":{"day":0.9998,"week":1,"month":0.5,"watched":0.25},)"
          R"("totals":{"up_s":12345.5,"down_s":2,"outages":[{"class":"refused","number":3},)"
          R"({"class":"other","number":1}]},)"
          R"("origin":"fleet.toml:12"}]})");
    const std::string unknown = to_json(
        DaemonFacts{.name = "a", .kind = "single", .version = "2", .user = "me", .tunnels = {TunnelFacts()}});
    CHECK(unknown.find(R"("since":null)") != std::string::npos);
    CHECK(unknown.find(R"("cause":null)") != std::string::npos);
    CHECK(unknown.find(R"("server":{"name":null,"address":null,"port":null})") != std::string::npos);
}

TEST_CASE("Control protocol: facts of a newer version are read, those of something else are not")
{
    struct Row {
        std::string json;
        bool is_read;
    };
    const std::vector<Row> rows{
        {R"({})", true},
        {R"({"name":"a","new":{"x":[1]},"tunnels":[{"name":"b","other":1}]})", true},
        {R"({"tunnels":null})", true},
        {R"({"tunnels":{}})", false},
        {R"({"tunnels":[1]})", false},
        {R"({"tunnels":[{"since":"yesterday"}]})", false},
        {R"({"tunnels":[{"server":{"port":65536}}]})", false},
        {R"({"tunnels":[{"rtt":{"recent":[0.1,null,1]}}]})", true},
        {R"({"tunnels":[{"rtt":{"recent":[0.1,"1"]}}]})", false},
        {R"({"tunnels":[{"rtt":{"recent":0.1}}]})", false},
        {R"({"pid":-1})", false},
        {R"({"pid":"4242"})", false},
        {R"({"name":1})", false},
        {R"([])", false},
        {R"({"name":"a"} x)", false},
        {"", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.json);
        CHECK(facts_from_json(row.json).has_value() == row.is_read);
    }
}
