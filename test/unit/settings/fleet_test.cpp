#include "autossh/settings/table.hpp"
#include "support/catch.hpp"
#include "unit/settings/fleet_machine.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;

TEST_CASE("Fleet file: a name alone is ssh -N to the host of that name")
{
    const FleetPlan plan = read_fleet_text("[tunnel.db]\n");
    const FleetTunnel& db = tunnel_of(plan, "db");
    CHECK(plan.errors.text() == "");
    CHECK(plan.name == "f");
    CHECK(ssh_words(db) == "-N db");
    const TunnelSettings& settings = db.settings.tunnel;
    CHECK(settings.auto_monitor);
    CHECK(settings.gate_time == 0s);
    CHECK((settings.restart == RestartPolicy::always));
    CHECK(settings.message == "db");
    CHECK(settings.name == "db");
    CHECK(settings.poll == 600s);
    CHECK(db.enabled);
}

TEST_CASE("Fleet file: keys of the connection become words for ssh")
{
    struct Case {
        std::string keys, words;
    };
    const std::vector<Case> cases{
        {"host = 'me@h'", "-N me@h"},
        {"host = 'ssh://me@h:22'", "-N ssh://me@h:22"},
        {"local = ['8080:web:80', '/run/a:/run/b']", "-N -L 8080:web:80 -L /run/a:/run/b t"},
        {"local = { web = '8080:web:80', a = { spec = '81:web:81' } }", "-N -L 8080:web:80 -L 81:web:81 t"},
        {"remote = ['0:localhost:22', '1080']", "-N -R 0:localhost:22 -R 1080 t"},
        {"dynamic = ['1080']", "-N -D 1080 t"},
        {"options = '-i \"/a b\" -v'", "-i /a b -v -N t"},
        {"options = ['-i', '/a b', '-M']", "-i /a b -M -N t"},
        {"command = 'sleep 1'", "t sleep 1"},
        {"command = '-x'", "t -- -x"},
        {"autossh = \"-M 0 -f -N -L 5901:localhost:5901 lab\"", "-N -L 5901:localhost:5901 lab"},
        {"autossh = ['-M', '0', 'lab', 'echo  a']", "lab echo  a"},
        {"monitor = 20000", "-L 20000:127.0.0.1:20000 -R 20000:127.0.0.1:20001 -N t"},
        {"monitor = '20000:7'", "-L 20000:127.0.0.1:7 -N t"},
        {"monitor = 0", "-N t"},
        {"monitor = 'auto:7700'", "-N t"},
        {"local = { a = { spec = '8080:web:80', need = 'required' } }", "-N -L 8080:web:80 t"},
        {"plain = true\nmonitor = 0\nlocal = { a = { spec = '8080:web:80', need = 'required' } }",
         "-N -L 8080:web:80 -o ExitOnForwardFailure=yes t"},
        {"local = { a = { spec = '8080:web:80', need = 'wanted' } }", "-N -L 8080:web:80 t"},
    };
    for (const auto& [keys, words] : cases) {
        CAPTURE(keys);
        const FleetPlan plan = read_fleet_text("[tunnel.t]\n" + keys + "\n");
        CHECK(plan.errors.text() == "");
        CHECK(ssh_words(tunnel_of(plan, "t")) == words);
    }
}

TEST_CASE("Fleet file: each option of a tunnel is a key")
{
    const FleetPlan plan = read_fleet_text(R"([tunnel.t]
poll = "30s"
first-poll = 5
gate-time = 10
backoff-max = "1m"
restart = "on-failure"
exit-on = ["host-key-changed", "refused"]
max-start = 3
max-lifetime = "2h"
kill-time = "7s"
connect-timeout = 20
message = "hello"
ssh = "/opt/ssh"
plain = false
share = "~/.ssh/%C"
renew = "1h"
renew-grace = "1m"
secret-for = ["a@b=file:~/x", "c@d=credential:y"]
environment = { LANG = "C", SSH_AUTH_SOCK = "/a" }
description = "the first"
groups = ["a", "b"]
priority = 10
enabled = false
)");
    CHECK(plan.errors.text() == "");
    const FleetTunnel& tunnel = tunnel_of(plan, "t");
    const TunnelSettings& settings = tunnel.settings.tunnel;
    CHECK(settings.poll == 30s);
    CHECK(settings.first_poll == 5s);
    CHECK(settings.gate_time == 10s);
    CHECK((settings.backoff_max == Duration(60s)));
    CHECK((settings.restart == RestartPolicy::on_failure));
    CHECK(settings.exit_on.size() == 2);
    CHECK((settings.max_start == 3));
    CHECK((settings.max_lifetime == Duration(2h)));
    CHECK(settings.kill_time == 7s);
    CHECK((settings.connect_timeout == Duration(20s)));
    CHECK(settings.message == "hello");
    CHECK(settings.ssh.file == "/opt/ssh");
    CHECK((settings.plain == false));
    CHECK((settings.share == "~/.ssh/%C"));
    CHECK(settings.secrets.size() == 2);
    CHECK((settings.ssh.environment == std::vector<std::string>{"LANG=C", "SSH_AUTH_SOCK=/a"}));
    CHECK(tunnel.description == "the first");
    CHECK((tunnel.groups == std::vector<std::string>{"a", "b"}));
    CHECK(tunnel.settings.tunnel.priority == 10);
    CHECK_FALSE(tunnel.enabled);
    CHECK(tunnel.settings.sources.at("poll") == "f.toml:2");
    CHECK(read_fleet_text("[tunnel.t]\nplain = true\nmonitor = 0\nshare = false\n").errors.text().empty());
}

TEST_CASE("Fleet file: the tunnel wins over its range, its template and the defaults, key by key")
{
    const FleetPlan plan = read_fleet_text(R"([defaults]
poll = 1
first-poll = 1
kill-time = 1
message = "d"
local = ["1:a:1"]
[template.p]
first-poll = 2
kill-time = 2
message = "p {name} {{x}}"
local = { a = "/run/{name}:{name}:2" }
[range.r]
template = "p"
name = "n{n}"
host = "h{n}"
vars = { n = "1..2" }
kill-time = 3
message = "r"
[tunnel.n1]
message = "t {not a variable}"
[tunnel.s]
template = "p"
poll = 4
)");
    CHECK(plan.errors.text() == "");
    const FleetTunnel& changed = tunnel_of(plan, "n1");
    CHECK(changed.settings.tunnel.poll == 1s);
    CHECK(changed.settings.tunnel.first_poll == 2s);
    CHECK(changed.settings.tunnel.kill_time == 3s);
    CHECK(changed.settings.tunnel.message == "t {not a variable}");
    CHECK(ssh_words(changed) == "-N -L /run/n1:n1:2 h1");
    CHECK(tunnel_of(plan, "n2").settings.tunnel.message == "r");
    CHECK(tunnel_of(plan, "s").settings.tunnel.message == "p s {x}");
    CHECK(ssh_words(tunnel_of(plan, "s")) == "-N -L /run/s:s:2 s");
}

TEST_CASE("Fleet file: a whole command line leaves the connection's keys of weaker parts out")
{
    const FleetPlan plan = read_fleet_text(R"([defaults]
options = ["-v"]
poll = 7
[tunnel.lab]
autossh = "--first-poll 3 -M 0 lab"
)");
    CHECK(plan.errors.text() == "");
    CHECK(ssh_words(tunnel_of(plan, "lab")) == "lab");
    CHECK(tunnel_of(plan, "lab").settings.tunnel.poll == 7s);
    CHECK(tunnel_of(plan, "lab").settings.tunnel.first_poll == 3s);
}

TEST_CASE("Fleet file: a range counts with its zeros, an open end goes as far as the others")
{
    const FleetPlan plan = read_fleet_text(R"([range.north]
name = "n{n}"
host = "root@n{n}.net"
local = ["{port}:localhost:80"]
vars = { n = "008..011", port = "20001..", word = ["a", "b", "c", "d"] }
message = "{word}"
[tunnel.n010]
enabled = false
)");
    CHECK(plan.errors.text() == "");
    REQUIRE(plan.tunnels.size() == 4);
    CHECK(ssh_words(tunnel_of(plan, "n008")) == "-N -L 20001:localhost:80 root@n008.net");
    CHECK(ssh_words(tunnel_of(plan, "n011")) == "-N -L 20004:localhost:80 root@n011.net");
    CHECK(tunnel_of(plan, "n009").settings.tunnel.message == "b");
    CHECK_FALSE(tunnel_of(plan, "n010").enabled);
    CHECK(tunnel_of(plan, "n011").enabled);
}

TEST_CASE("Fleet file: a range of a CSV file has its columns for variables, and one of hosts ssh's names")
{
    FleetMachine machine{{{"f.toml", R"([range.south]
table = "d/south.csv"
host = "root@{address}"
remote = ["{port}:localhost:22"]
[range.all]
hosts = "tun-*"
)"},
                          {"d/south.csv", "name,address,port\r\na,\"192.0.2.1\",1\r\n\r\nb,192.0.2.2,2\r\n"}},
                         {"tun-x", "other", "tun-y"}};
    const FleetPlan plan = machine.read();
    CHECK(plan.errors.text() == "");
    REQUIRE(plan.tunnels.size() == 4);
    CHECK(ssh_words(tunnel_of(plan, "a")) == "-N -R 1:localhost:22 root@192.0.2.1");
    CHECK(ssh_words(tunnel_of(plan, "b")) == "-N -R 2:localhost:22 root@192.0.2.2");
    CHECK(ssh_words(tunnel_of(plan, "tun-y")) == "-N tun-y");
}

TEST_CASE("Fleet file: those of a higher priority are first, else those that stand first")
{
    const FleetPlan plan = read_fleet_text(
        "[tunnel.c]\n[tunnel.a]\n[tunnel.z]\npriority = 1\n[tunnel.low]\npriority = -1\n[tunnel.b]\n");
    std::string order;
    for (const FleetTunnel& tunnel : plan.tunnels)
        order += tunnel.name + " ";
    CHECK(order == "z c a b low ");
}

TEST_CASE("Fleet file: what it includes has more tunnels, and files of single tunnels are some")
{
    FleetMachine machine{
        {{"/etc/f.toml", "include = [\"sites/*.toml\", \"*.conf\", \"sites/a*\"]\n[defaults]\npoll = 9\n"},
         {"/etc/sites/b.toml", "[tunnel.b]\n"},
         {"/etc/sites/a.toml", "[tunnel.a]\ntemplate = \"t\"\n[template.t]\nkill-time = 2\n"},
         {"/etc/home.conf", "# a comment\nOPTIONS=\"-N -R 2222:localhost:22 'me'@h\"\n"
                            "AUTOSSH_POLL=120\nAUTOSSH_MAXSTART=2\nAUTOSSH_PLAIN=no\n"
                            "SSH_AUTH_SOCK=/run/a \nAUTOSSH_NAME=x\n"}}};
    const FleetPlan plan = read_fleet("/etc/f.toml", machine.reader(), {});
    CHECK(plan.errors.text() == "");
    REQUIRE(plan.tunnels.size() == 3);
    CHECK(tunnel_of(plan, "a").settings.tunnel.kill_time == 2s);
    CHECK(tunnel_of(plan, "b").settings.tunnel.poll == 9s);
    const FleetTunnel& home = tunnel_of(plan, "home");
    CHECK(ssh_words(home) == "-N -R 2222:localhost:22 me@h");
    CHECK(home.settings.tunnel.poll == 120s);
    CHECK((home.settings.tunnel.max_start == 2));
    CHECK((home.settings.tunnel.plain == false));
    CHECK(home.settings.tunnel.name == "home");
    CHECK((home.settings.tunnel.ssh.environment == std::vector<std::string>{"SSH_AUTH_SOCK=/run/a"}));
}

TEST_CASE("Fleet file: fleet.d beside fleet.toml is included without being named")
{
    FleetMachine machine{{{"d/fleet.toml", "include = [\"fleet.d/a*\"]\n[tunnel.x]\n"},
                          {"d/other.toml", "[tunnel.x]\n"},
                          {"d/fleet.d/a.toml", "[tunnel.a]\n"},
                          {"d/fleet.d/b.toml", "[tunnel.b]\n"}}};
    CHECK(read_fleet("d/fleet.toml", machine.reader(), {}).tunnels.size() == 3);
    CHECK(read_fleet("d/other.toml", machine.reader(), {}).tunnels.size() == 1);
}

TEST_CASE("Fleet file: the log is that of [log], but for what an option or a variable says")
{
    const FleetMachine machine{
        {{"/etc/f/f.toml", "[log]\nfile = 'log'\nlevel = 4\nformat = 'json'\n[tunnel.a]\n"}}};
    Settings process;
    const LogSettings log = read_fleet("/etc/f/f.toml", machine.reader(), process).log;
    CHECK(log.file == "/etc/f/log");
    CHECK(log.level == 4);
    CHECK(log.format == LogFormat::json);
    give(*setting_of_option("log-file"), "here", "AUTOSSH_LOGFILE", process);
    give(*setting_of_option("log-level"), "7", "--log-level", process);
    const LogSettings given = read_fleet("/etc/f/f.toml", machine.reader(), process).log;
    CHECK(given.file == "here");
    CHECK(given.level == 7);
    CHECK(given.format == LogFormat::json);
    CHECK(read_fleet_text("[tunnel.a]\n").log == LogSettings{});
}
