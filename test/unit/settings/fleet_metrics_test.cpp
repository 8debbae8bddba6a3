// autossh-fleet(5), "Metrics".
#include "support/catch.hpp"
#include "unit/settings/fleet_machine.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;

namespace {

FleetPlan metrics_of(const std::string& text)
{
    return read_fleet_text("[metrics]\n" + text + "[tunnel.a]\n");
}

}  // namespace

TEST_CASE("Metrics: the table names a file, a port on loopback, or both")
{
    const FleetPlan plan = metrics_of("file = '/run/a.prom'\nlisten = '127.0.0.1:9101'\ninterval = '1m'\n");
    CHECK(plan.errors.text().empty());
    REQUIRE(plan.metrics);
    CHECK(plan.metrics->file == "/run/a.prom");
    REQUIRE(plan.metrics->listen);
    CHECK(in_words(*plan.metrics->listen) == "127.0.0.1:9101");
    CHECK(plan.metrics->interval == 1min);
    CHECK(metrics_of("file = 'a.prom'\n").metrics->interval == 15s);
    CHECK_FALSE(metrics_of("file = 'a.prom'\n").metrics->listen);
    CHECK(in_words(*metrics_of("listen = 9101\n").metrics->listen) == "127.0.0.1:9101");
    CHECK(in_words(*metrics_of("listen = '[::1]:9101'\n").metrics->listen) == "[::1]:9101");
    CHECK(metrics_of("file = 'a'\ninterval = 1\n").metrics->interval == 1s);
    CHECK_FALSE(read_fleet_text("[tunnel.a]\n").metrics);
}

TEST_CASE("Metrics: the path of the file is relative to the file of the fleet")
{
    const FleetMachine machine{{{"/etc/autossh/f.toml", "[metrics]\nfile = 'a.prom'\n[tunnel.a]\n"}}};
    const FleetPlan plan = read_fleet("/etc/autossh/f.toml", machine.reader(), Settings());
    REQUIRE(plan.metrics);
    CHECK(plan.metrics->file == "/etc/autossh/a.prom");
}

TEST_CASE("Metrics: mistakes in the table are told with their place")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "f.toml:1:1: error: [metrics] does not say where they go\n"
             "  write listen = \"127.0.0.1:PORT\", or file = \"FILE.prom\", or both\n"},
        {"listen = '0.0.0.0:9101'\n",
         "f.toml:2:10: error: listen: 0.0.0.0:9101 is not on loopback, and all who reach it could read how "
         "your "
         "tunnels are\n  write \"127.0.0.1:9101\"; for a Prometheus elsewhere write file, for node_exporter, "
         "or put a server with TLS and passwords before the port\n"},
        {"listen = '/run/metrics'\n", "f.toml:2:10: error: listen: \"127.0.0.1:PORT\" or \"[::1]:PORT\" is "
                                      "expected, not \"/run/metrics\"\n"},
        {"listen = '127.0.0.1'\n",
         "f.toml:2:10: error: listen: \"127.0.0.1:PORT\" or \"[::1]:PORT\" is expected, not \"127.0.0.1\"\n"},
        {"listen = true\n",
         "f.toml:2:10: error: listen: \"127.0.0.1:PORT\" or \"[::1]:PORT\" is expected, not true\n"},
        {"file = ''\n", "f.toml:2:8: error: file: the path of a file is expected, not \"\"\n"},
        {"file = 3\n", "f.toml:2:8: error: file: the path of a file is expected, not 3\n"},
        {"file = 'a'\ninterval = '0'\n",
         "f.toml:3:12: error: interval: a time from \"1s\" on, such as \"15s\", is expected, not \"0\"\n"},
        {"file = 'a'\ninterval = '999ms'\n", "f.toml:3:12: error: interval: a time from \"1s\" on, such as "
                                             "\"15s\", is expected, not \"999ms\"\n"},
        {"file = 'a'\nintervall = 3\n",
         "f.toml:3:1: error: unknown key \"intervall\" in [metrics]\n  did you mean \"interval\"?\n"},
    };
    for (const auto& [text, complaint] : cases) {
        CAPTURE(text);
        CHECK(metrics_of(text).errors.text() == complaint);
    }
}
