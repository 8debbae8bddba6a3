#include "unit/doctor/findings.hpp"

#include "autossh/doctor/place_check.hpp"
#include "autossh/doctor/rival_check.hpp"
#include "support/catch.hpp"

#include <cerrno>

using namespace autossh;
using namespace autossh_test;

TEST_CASE("Doctor: a local port is free, ours, or somebody's")
{
    PlaceLook look{.forward = "-L 8080", .address = "127.0.0.1", .port = 8080};
    CHECK(told(place_findings(look)) == Told{"ok forward: -L 8080 is free"});
    look.error = EADDRINUSE;
    look.holder = "pid 7 (python3)";
    CHECK(told(place_findings(look)) ==
          Told{"FAIL forward: -L 8080: it is in use by pid 7 (python3) | end its "
               "holder (ss -ltnp sport = :8080), or take another local port"});
    look.is_needed = false;
    CHECK(exit_status(place_findings(look)) == 1);
    look.is_ours = true;
    CHECK(told(place_findings(look)) == Told{"ok forward: -L 8080 is ours"});
    CHECK(told(place_findings({.forward = "-L 80", .port = 80, .error = EACCES})).front() ==
          "FAIL forward: only root may listen on local port 80 | take a local port from 1024 on, or run as "
          "root");
    CHECK(
        told(place_findings({.forward = "-L 80", .address = "192.0.2.9", .port = 80, .error = EADDRNOTAVAIL}))
            .front()
            .starts_with("FAIL forward: -L 80: this machine has no address 192.0.2.9 | "));
}

TEST_CASE("Doctor: a Unix socket can be made, or is in the way")
{
    PlaceLook look{.forward = "-L /s", .path = "/s"};
    CHECK(exit_status(place_findings(look)) == 0);
    look.error = EADDRINUSE;
    CHECK(told(place_findings(look)) ==
          Told{"FAIL forward: -L /s: /s is there already | rm /s, or -o StreamLocalBindUnlink=yes"});
    look.unlinks = true;
    CHECK(exit_status(place_findings(look)) == 0);
    look.is_listened_to = true;
    CHECK(exit_status(place_findings(look)) == 2);
    look.is_ours = true;
    CHECK(exit_status(place_findings(look)) == 0);
    CHECK(told(place_findings({.forward = "-L", .path = "/no/s", .no_directory = true}))
              .front()
              .find("make the directory of /no/s") != std::string::npos);
    CHECK(told(place_findings({.forward = "-L", .path = std::string(108, 'a')})).front().find("107 bytes") !=
          std::string::npos);
}

TEST_CASE("Doctor: another process has a forward of ours")
{
    const std::vector<std::string> ours{"R gw:22 7004", "L localhost 8080"};
    CHECK(rival_findings(ours, {{.pid = 5, .claims = {"R gw:22 7005", "L 192.0.2.1 8080"}}}).empty());
    CHECK(
        told(rival_findings(ours,
                            {{.pid = 5, .claims = {"R gw:22 7004"}},
                             {.pid = 6, .keeper = "autossh", .keeper_pid = 7, .claims = {"L * 8080"}}})) ==
        Told{"FAIL rival: another ssh (pid 5) has port 7004 on gw | end it (kill 5), or take another port "
             "here",
             "FAIL rival: another autossh (pid 7) has the local port 8080 | end it (kill 7), or take another "
             "port here"});
}
