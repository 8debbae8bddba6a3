// autossh-hub(7), "Seeing it".
#include "autossh/ctl/hub_table.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

const WallTime hub_now = WallTime(std::chrono::hours(500'000));

BoxFacts box_of_table(const std::string& name, const std::string& state, const std::string& health,
                      std::chrono::seconds silence)
{
    BoxFacts box{.name = name, .state = state, .health = health};
    box.last_seen = hub_now - silence;
    box.every = Seconds(60);
    box.account = "box";
    box.node = name;
    box.pid = 1201;
    return box;
}

std::vector<SeenHub> hubs_of_table()
{
    using namespace std::chrono_literals;
    SeenHub hub;
    hub.daemon.facts.name = "hub";
    hub.daemon.facts.pid = 99;
    hub.hub.listen = {"127.0.0.1:7700"};
    hub.hub.since = hub_now - 12 * 24h - 4h;
    hub.hub.boxes = {box_of_table("n001", "alive", "up", 40s),
                     box_of_table("n002", "late", "impaired", 130s),
                     box_of_table("n017", "lost", "down", 2h + 11min),
                     {.name = "n018", .state = "awaited", .health = "impaired"},
                     box_of_table("x\x1b", "unexpected", "stopped", 1s)};
    hub.hub.boxes[0].reached = true;
    hub.hub.boxes[2].reached = false;
    hub.hub.boxes[2].unreached = "127.0.0.1:20017: Connection refused";
    hub.hub.boxes[2].gaps = {hub_now};
    hub.hub.boxes[0].belongs_to = "box";
    hub.hub.boxes[0].wrong_account = "nobody";
    hub.hub.boxes[0].wrong_at = hub_now - 2min;
    hub.hub.boxes[0].wrong_times = 3;
    return {hub};
}

}  // namespace

TEST_CASE("hub: who is missed comes first, and what has no column stands below")
{
    CHECK(hub_table(hubs_of_table(), false, false, hub_now) ==
          "hub, port 7700: 5 boxes: 1 alive, 1 late, 1 awaited, 1 lost, 1 unexpected, for 12 d 04h\n"
          "BOX      STATE       LAST SEEN  EVERY  ACCOUNT  NODE    PID  GAPS 24H  REACHED\n"
          "n017     lost          2 h 11m    60s  box      n017   1201         1  no\n"
          "n002     late          2 m 10s    60s  box      n002   1201         0  -\n"
          "n018     awaited         never      -  -        -         -         0  -\n"
          "n001     alive            40 s    60s  box      n001   1201         0  yes\n"
          "x\\x1b    unexpected        1 s    60s  box      x\\x1b  1201         0  -\n"
          "n017: not reached: 127.0.0.1:20017: Connection refused\n"
          "n001: the account nobody has used its name 3 times, last 2 m 00s ago; it belongs to box\n");
    CHECK(hub_table(hubs_of_table(), true, true, hub_now) ==
          "hub, port 7700: 5 boxes: 1 alive, 1 late, 1 awaited, 1 lost, 1 unexpected, for 12 d 04h\n"
          "BOX      STATE    LAST SEEN  EVERY  ACCOUNT  NODE   PID  GAPS 24H  REACHED\n"
          "n017     \x1b[31mlost\x1b[0m       2 h 11m    60s  box      n017  1201         1  no\n"
          "n002     \x1b[33mlate\x1b[0m       2 m 10s    60s  box      n002  1201         0  -\n"
          "n018     \x1b[33mawaited\x1b[0m      never      -  -        -        -         0  -\n"
          "n017: not reached: 127.0.0.1:20017: Connection refused\n");
}

TEST_CASE("hub: the exit status is that of the worst box")
{
    std::vector<SeenHub> hubs = hubs_of_table();
    CHECK(exit_status_of(hubs) == 2);
    hubs.front().hub.boxes.erase(hubs.front().hub.boxes.begin() + 2);
    CHECK(exit_status_of(hubs) == 1);
    hubs.front().hub.boxes.resize(1);
    CHECK(exit_status_of(hubs) == 0);
    hubs.front().hub.boxes.clear();
    CHECK(exit_status_of(hubs) == 0);
    CHECK(hub_table(hubs, false, false, hub_now) == "hub, port 7700: 0 boxes, for 12 d 04h\n");
    CHECK(hub_json(hubs).starts_with(
        "{\"v\":1,\"hubs\":[{\"name\":\"hub\",\"pid\":99,\"listen\":[\"127.0.0.1:7700\"],"));
    CHECK(hub_json({}) == "{\"v\":1,\"hubs\":[]}");
}
