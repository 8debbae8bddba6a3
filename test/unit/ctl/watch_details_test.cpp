// autosshctl(1), "Watch": what is told of one tunnel.
#include "autossh/ctl/watch_details.hpp"

#include "support/catch.hpp"
#include "unit/ctl/watch_fleets.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

TEST_CASE("autosshctl, watch: details of a tunnel, and nothing of what is not known")
{
    WatchedDaemons watched;
    SeenDaemon laptop = watched_laptop();
    TunnelFacts& office = laptop.facts.tunnels.front();
    office.next_try = watch_now + std::chrono::seconds(3);
    office.groups = {"home", "work"};
    office.server = {"gate.example.com", "192.0.2.1", 2222};
    office.forwards = {{"shop", "L", "8080", "db:5432", "required", "unknown", {}, ""},
                       {"", "R", "0", "localhost:22", "wanted", "refused", 4711, "by the server"}};
    office.origin = "fleet.toml:12";
    office.starts = 17;
    watched.take({laptop}, watch_now);
    const WatchedDaemon& daemon = watched.all().front();
    CHECK(watch_details(daemon, daemon.seen.facts.tunnels[0], true, watch_now) ==
          std::vector<std::string>{
              "State:        waiting for 8 s", "Cause:        refused by 192.0.2.1 port 22",
              "Class:        refused", "Remedy:       start sshd there", "Next try:     number 3 in 3 s",
              "Server:       server.example.com (gate.example.com) at 192.0.2.1 port 2222",
              "Groups:       home, work", "Kept by:      fleet \"laptop\" (pid 4242)",
              "From:         fleet.toml:12", "Starts:       17",
              "Forwards:     -L 8080 -> db:5432 \"shop\", required: unknown",
              "              -R 0 -> localhost:22, port 4711, wanted: refused: by the server"});
    CHECK(watch_details(daemon, daemon.seen.facts.tunnels[1], false, watch_now) ==
          std::vector<std::string>{
              "State:        up for 8 s", "Server:       server.example.com", "Groups:       prod, data",
              "Kept by:      fleet \"laptop\" (pid 4242)",
              "Tests:        3 in this session, 0 failed; last 23ms, half of them within -, 95 % within -  "
              "         = =",
              "Was up:       99.98% of a day, - of 7 days, - of 30 days"});
    CHECK(watch_details(daemon, daemon.seen.facts.tunnels[3], true, watch_now).front() ==
          "State:        stopped for 8 s, by hand");
    watched.take({}, watch_now);
    CHECK(watch_details(watched.all().front(), watched.all().front().seen.facts.tunnels[0], true, watch_now)
              .front() == "State:        not known: fleet \"laptop\" (pid 4242) has ended; it was waiting");
}
