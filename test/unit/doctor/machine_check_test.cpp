#include "unit/doctor/findings.hpp"

#include "autossh/doctor/machine_check.hpp"
#include "autossh/doctor/running_check.hpp"
#include "support/catch.hpp"

using namespace autossh;
using namespace autossh_test;

TEST_CASE("Doctor: limits are held against what so many tunnels need")
{
    CHECK(told(limit_findings({.tunnels = 300})) == Told{"ok limits: enough open files and processes"});
    CHECK(
        told(limit_findings(
            {.tunnels = 300, .open_files = 1024, .tasks = 512, .unit = "autossh-fleet.service"})) ==
        Told{"warn limits: 300 tunnels may need 1864 open files, and the limit is 1024 | LimitNOFILE=1864 in "
             "autossh-fleet.service",
             "warn limits: 300 tunnels may need 616 processes, and the limit is 512 | TasksMax=616 in "
             "autossh-fleet.service"});
    CHECK(told(limit_findings({.tunnels = 10, .open_files = 100})) ==
          Told{"warn limits: 10 tunnels may need 124 open files, and the limit is 100 | ulimit -n 124"});
    CHECK(exit_status(limit_findings({.tunnels = 10, .open_files = 124, .tasks = 36})) == 0);
}

TEST_CASE("Doctor: a unit is enabled, and its user lingers")
{
    CHECK(boot_findings({}).empty());
    CHECK(boot_findings({.has_systemd = true}).empty());
    CHECK(told(boot_findings({.has_systemd = true,
                              .unit = "autossh-fleet.service",
                              .is_users = true,
                              .user = "me",
                              .enabled = "disabled"})) ==
          Told{"warn boot: autossh-fleet.service is not started at boot | systemctl --user enable "
               "autossh-fleet.service",
               "warn boot: the services of me start with the first log-in, and end with the last | loginctl "
               "enable-linger me"});
    CHECK(told(boot_findings({.has_systemd = true, .unit = "autossh@db.service", .enabled = "enabled"})) ==
          Told{"ok boot: autossh@db.service is enabled"});
    CHECK(told(boot_findings({.has_systemd = true, .unit = "autossh@db.service", .enabled = "disabled"})) ==
          Told{"warn boot: autossh@db.service is not started at boot | systemctl enable autossh@db.service"});
}

TEST_CASE("Doctor: the clock is right where certificates need it")
{
    constexpr std::int64_t now = 1800000000;
    CHECK(exit_status(clock_findings({.now = now})) == 0);
    CHECK(exit_status(clock_findings({.now = now, .is_synchronised = false})) == 0);
    CHECK(exit_status(clock_findings({.now = now, .is_synchronised = false, .matters = true})) == 1);
    CHECK(exit_status(clock_findings({.now = 0})) == 2);
}

TEST_CASE("Doctor: there is room, and it may be written")
{
    CHECK(exit_status(room_findings({.purpose = "the log", .directory = "/d", .bytes = 1UL << 20})) == 0);
    CHECK(told(room_findings({.purpose = "the log", .directory = "/d", .bytes = 100})) ==
          Told{"FAIL room: /d has no room for the log | make room: df -h /d; df -i /d"});
    CHECK(exit_status(room_findings({.directory = "/d", .bytes = 1UL << 30, .files = 0})) == 2);
    CHECK(told(room_findings({.purpose = "the log",
                              .directory = "/d",
                              .trouble = "No such file or directory",
                              .is_missing = true})) ==
          Told{"FAIL room: the log cannot be written in /d: No such file or directory | mkdir -p /d"});
    CHECK(
        told(room_findings({.purpose = "the log", .directory = "/d", .trouble = "Read-only file system"})) ==
        Told{"FAIL room: the log cannot be written in /d: Read-only file system | make /d writable for this "
             "user"});
}

TEST_CASE("Doctor: a variable counts, does not, or is none")
{
    CHECK(told(variable_findings({{.name = "AUTOSSH_POLL"},
                                  {.name = "AUTOSSH_PORT", .warning = "AUTOSSH_PORT is not read by a fleet"},
                                  {.name = "AUTOSSH_GATETME", .is_known = false, .meant = "AUTOSSH_GATETIME"},
                                  {.name = "AUTOSSH_X", .is_known = false}})) ==
          Told{"ok environment: AUTOSSH_POLL counts",
               "warn environment: AUTOSSH_PORT is not read by a fleet | unset AUTOSSH_PORT",
               "warn environment: AUTOSSH_GATETME is no variable of autossh | write AUTOSSH_GATETIME",
               "warn environment: AUTOSSH_X is no variable of autossh | unset AUTOSSH_X"});
}

TEST_CASE("Doctor: what a process says of itself")
{
    const ProcessLook look{.words = "fleet \"a\" (pid 4)", .pid = 4, .version = "2"};
    CHECK(told(process_findings(look, "2")) == Told{"ok process: fleet \"a\" (pid 4) runs"});
    CHECK(told(process_findings(look, "3")) ==
          Told{"warn process: fleet \"a\" (pid 4) runs 2, and 3 is installed | "
               "end it (kill 4), and start it again"});
    ProcessLook newer = look;
    newer.config_newer = true;
    CHECK(told(process_findings(newer, "2")).back() ==
          "warn file: fleet \"a\" (pid 4) has read its file before it changed | autosshctl reload");
    ProcessLook silent = look;
    silent.trouble = "does not answer: is it stopped?";
    CHECK(told(process_findings(silent, "2")) ==
          Told{"FAIL process: fleet \"a\" (pid 4): does not answer: is it stopped? | kill -CONT 4"});
}

TEST_CASE("Doctor: what a tunnel says of itself, with its cause and remedy")
{
    TunnelFacts tunnel;
    tunnel.name = "db";
    tunnel.state = tunnel.health = "up";
    tunnel.words = "up for 3 h";
    CHECK(told(running_findings(tunnel)) == Told{"ok state: it is up"});
    tunnel.forwards = {{.name = "sql",
                        .kind = "R",
                        .listen = "7004",
                        .to = "",
                        .need = "wanted",
                        .state = "refused",
                        .text = "it is in use there"}};
    CHECK(told(running_findings(tunnel)).back() ==
          "warn forward: sql -R 7004 is refused: it is in use there | autosshctl logs db");
    tunnel.forwards.front().need = "optional";
    CHECK(exit_status(running_findings(tunnel)) == 0);
    tunnel.health = "down";
    tunnel.words = "waiting";
    tunnel.cause = {"refused", "connection refused by gw", "start sshd on gw"};
    CHECK(told(running_findings(tunnel)).front() ==
          "FAIL state: waiting: connection refused by gw | start sshd on gw");
    tunnel.wanted = false;
    tunnel.stopped = "by hand";
    CHECK(told(running_findings(tunnel)) == Told{"ok state: stopped: by hand"});
}
