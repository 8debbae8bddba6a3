// autosshctl(1), "Output".
#include "autossh/ctl/table.hpp"

#include "autossh/ctl/columns.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

const WallTime table_now = WallTime(std::chrono::hours(500'000));

TunnelFacts tunnel_of_table(const std::string& name, const std::string& state, const std::string& health,
                            std::chrono::seconds since, std::optional<double> round_trip = {},
                            std::optional<double> day = {})
{
    TunnelFacts tunnel;
    tunnel.name = name;
    tunnel.state = state;
    tunnel.health = health;
    tunnel.since = table_now - since;
    if (round_trip)
        tunnel.round_trip.last = Seconds(*round_trip);
    tunnel.availability.day = day;
    return tunnel;
}

/// That of the manual.
std::vector<SeenDaemon> laptop()
{
    using namespace std::chrono_literals;
    SeenDaemon fleet;
    fleet.facts.name = "laptop";
    fleet.facts.kind = "fleet";
    fleet.facts.pid = 4242;
    auto& tunnels = fleet.facts.tunnels;
    tunnels.push_back(tunnel_of_table("db", "up", "up", 3h + 12min, 0.023, 0.9998));
    tunnels.back().forwards = {{"", "L", "5432", "db:5432", "wanted", "working"}};
    tunnels.push_back(tunnel_of_table("web", "up", "up", 3h + 12min, 0.0249, 1.0));
    tunnels.back().forwards = {{"shop", "L", "8080", "shop.internal:80", "wanted", "working"},
                               {"", "L", "9090", "mon:9090", "wanted", "unknown"}};
    tunnels.push_back(tunnel_of_table("lab", "stopped", "stopped", 48h));
    tunnels.back().stopped = "by hand";
    tunnels.push_back(tunnel_of_table("office", "waiting", "down", 8s, {}, 0.71039));
    tunnels.back().cause = {"refused", "refused by 192.0.2.1 port 22", "start sshd there"};
    tunnels.back().tries = 2;
    tunnels.push_back(tunnel_of_table("vendor", "degraded", "impaired", 4min + 10s, 0.088, 0.972));
    tunnels.back().forwards = {
        {"", "L", "1", "x:1", "wanted", "working"},
        {"webhook", "R", "18080", "x:2", "wanted", "refused", {}, "refused by server"}};
    SeenDaemon home;
    home.facts.name = "home";
    home.facts.kind = "single";
    home.facts.pid = 812;
    home.facts.tunnels.push_back(tunnel_of_table("home", "up", "up", 9 * 24h + 4h, 0.031));
    home.facts.tunnels.back().origin = "autossh@home.service";
    return {home, fleet, older_daemon("tunnel", 3120, 0, "up for 40 m; last test 19 ms", table_now)};
}

}  // namespace

TEST_CASE("autosshctl, output: a block for each fleet, the worst first, then the others")
{
    CHECK(status_table(laptop(), {}, table_now) ==
          "fleet \"laptop\", pid 4242: 5 tunnels: 2 up, 1 degraded, 1 waiting, 1 stopped\n"
          "NAME     STATE         FOR   RTT      24H  DETAIL\n"
          "office   waiting       8 s     -   71.03%  refused by 192.0.2.1 port 22; try 3\n"
          "vendor   degraded  4 m 10s  88ms   97.20%  webhook R 18080: refused by server\n"
          "db       up        3 h 12m  23ms   99.98%  L 5432 -> db:5432\n"
          "web      up        3 h 12m  24ms  100.00%  shop L 8080 -> shop.internal:80, +1\n"
          "lab      stopped   2 d 00h     -        -  by hand (autosshctl start lab)\n"
          "\n"
          "not of a fleet\n"
          "home     up        9 d 04h  31ms        -  pid 812, autossh@home.service\n"
          "tunnel   up           40 m     -        -  pid 3120, an older autossh: takes no orders\n");
}

TEST_CASE("autosshctl, output: at a terminal the last column alone is cut")
{
    const std::string text = status_table(laptop(), {.width = 60}, table_now);
    CHECK(text.find("office   waiting       8 s     -   71.03%  refused by 192...\n") != std::string::npos);
    CHECK(text.find("2 up, 1 degraded, 1 waiting, 1 stopped\n") != std::string::npos);
    const std::string narrow = status_table(laptop(), {.width = 10}, table_now);
    CHECK(narrow.find("db       up        3 h 12m  23ms   99.98%\n") != std::string::npos);
    const std::string wide = status_table(laptop(), {.width = 60, .wide = true}, table_now);
    CHECK(wide.find("refused by 192.0.2.1 port 22; try 3; remedy: start sshd there\n") != std::string::npos);
}

TEST_CASE("autosshctl, output: colour for the state alone, and only what is down with --down")
{
    const std::string text = status_table(laptop(), {.colour = true, .down_only = true}, table_now);
    CHECK(text ==
          "fleet \"laptop\", pid 4242: 5 tunnels: 2 up, 1 degraded, 1 waiting, 1 stopped\n"
          "NAME     STATE         FOR   RTT      24H  DETAIL\n"
          "office   \x1b[31mwaiting\x1b[0m       8 s     -   71.03%  refused by 192.0.2.1 port 22; try 3\n"
          "vendor   \x1b[33mdegraded\x1b[0m  4 m 10s  88ms   97.20%  webhook R 18080: refused by server\n");
}

TEST_CASE("autosshctl, output: names and words of anybody are shown as text")
{
    using namespace std::chrono_literals;
    SeenDaemon daemon;
    daemon.facts.kind = "single";
    daemon.facts.pid = 7;
    daemon.facts.tunnels = {tunnel_of_table("caf\xc3\xa9\xe6\x97\xa5\x1b[2J", "waiting", "down", 1s),
                            tunnel_of_table("x", "gave-up", "down", 2s)};
    daemon.facts.tunnels.front().cause.text = "a\nb";
    daemon.facts.tunnels.front().queued = 12;
    CHECK(status_table(std::vector{daemon}, {}, table_now) ==
          "NAME           STATE         FOR   RTT      24H  DETAIL\n"
          "x              gave up       2 s     -        -  pid 7\n"
          "caf\xc3\xa9\xe6\x97\xa5\\x1b[2J  waiting       1 s     -        -  "
          "a\\x0ab; for its turn (12 before it); pid 7\n");
    daemon.facts.tunnels.front().cause.text = "for its turn (12 before it)";
    CHECK(
        status_table(std::vector{daemon}, {}, table_now).ends_with("  for its turn (12 before it); pid 7\n"));
}

TEST_CASE("autosshctl, output: who does not answer is told, and a file that has changed")
{
    std::vector<SeenDaemon> daemons = laptop();
    daemons[1].facts.config_newer = true;
    SeenDaemon silent;
    silent.facts.pid = 99;
    silent.trouble = "does not answer: is it stopped?";
    daemons.push_back(silent);
    const std::string text = status_table(daemons, {}, table_now);
    CHECK(text.find(" 1 stopped; the file has changed since (autosshctl reload)\n") != std::string::npos);
    CHECK(text.ends_with("\n\nautossh (pid 99): does not answer: is it stopped?\n"));
    CHECK(status_table(std::vector{silent}, {}, table_now) ==
          "autossh (pid 99): does not answer: is it stopped?\n");
}

TEST_CASE("autosshctl, output: tunnels are counted by their states, whatever led to these")
{
    using namespace std::chrono_literals;
    SeenDaemon daemon;
    daemon.facts.name = "x";
    daemon.facts.kind = "fleet";
    daemon.facts.tunnels = {
        tunnel_of_table("a", "connecting", "down", 1s), tunnel_of_table("b", "waiting", "down", 1s),
        tunnel_of_table("c", "connecting", "impaired", 1s), tunnel_of_table("d", "stopped", "stopped", 1s),
        tunnel_of_table("e", "up", "up", 1s)};
    CHECK(status_table(std::vector{daemon}, {}, table_now)
              .starts_with("fleet \"x\", pid 0: 5 tunnels: 1 up, 2 connecting, 1 waiting, 1 stopped\n"));
}

TEST_CASE("autosshctl, output: lengths of time, round trips and parts of a day")
{
    CHECK(time_for_table(Seconds(-3)) == "0 s");
    CHECK(time_for_table(Seconds(59.9)) == "59 s");
    CHECK(time_for_table(Seconds(60)) == "1 m 00s");
    CHECK(time_for_table(Seconds(600)) == "10 m");
    CHECK(time_for_table(Seconds(3600)) == "1 h 00m");
    CHECK(time_for_table(Seconds(86400)) == "1 d 00h");
    CHECK(time_for_table(Seconds(100 * 86400)) == "100 d");
    CHECK(round_trip_for_table({}) == "-");
    CHECK(round_trip_for_table(Seconds(0.0004)) == "<1ms");
    CHECK(round_trip_for_table(Seconds(0.999)) == "999ms");
    CHECK(round_trip_for_table(Seconds(1.25)) == "1.2s");
    CHECK(part_for_table({}) == "-");
    CHECK(part_for_table(0.99996) == "99.99%");
    CHECK(part_for_table(0.0) == "0.00%");
    CHECK(part_for_table(1.5) == "-");
}

TEST_CASE("autosshctl, output: what an older autossh says is understood as far as it goes")
{
    const SeenDaemon waiting =
        older_daemon("a", 1, 2, "waiting 8 s: connection refused by 192.0.2.1 port 22; remedy: r", table_now);
    CHECK(waiting.facts.tunnels.front().state == "waiting");
    CHECK(waiting.facts.tunnels.front().health == "down");
    CHECK(!waiting.facts.tunnels.front().since);
    CHECK(waiting.facts.tunnels.front().cause.text == "connection refused by 192.0.2.1 port 22; remedy: r");
    const SeenDaemon degraded = older_daemon("a", 1, 1, "degraded for 4 m 10 s: -R 1 was refused", table_now);
    CHECK(degraded.facts.tunnels.front().since == table_now - std::chrono::seconds(250));
    CHECK(older_daemon("a", 1, 2, "gave up: x", table_now).facts.tunnels.front().state == "gave-up");
    CHECK(older_daemon("a", 1, 2, "", table_now).facts.tunnels.front().state == "down");
}

TEST_CASE("autosshctl, exit status: the worst tunnel counts, and none that is stopped")
{
    std::vector<SeenDaemon> daemons = laptop();
    CHECK(counts_of(daemons).exit_status() == 2);
    CHECK(counts_of(daemons).wanted() == 6);
    std::erase_if(daemons[1].facts.tunnels, [](const auto& one) { return one.health == "down"; });
    CHECK(counts_of(daemons).exit_status() == 1);
    std::erase_if(daemons[1].facts.tunnels, [](const auto& one) { return one.health == "impaired"; });
    CHECK(counts_of(daemons).exit_status() == 0);
    daemons.push_back({});
    daemons.back().trouble = "does not answer: is it stopped?";
    CHECK(counts_of(daemons).exit_status() == 2);
}

TEST_CASE("autosshctl, option -D: a process is meant by its name or its pid")
{
    CHECK(meant_daemons(laptop(), "").size() == 3);
    CHECK(meant_daemons(laptop(), "laptop").size() == 1);
    CHECK(meant_daemons(laptop(), "812").front().facts.name == "home");
    CHECK(meant_daemons(laptop(), "lap").empty());
}
