// autossh-control(7), "Facts of a hub".
#include "autossh/control/answer.hpp"
#include "autossh/control/answering.hpp"
#include "autossh/control/facts_json.hpp"
#include "autossh/control/hub_json.hpp"
#include "support/catch.hpp"
#include "unit/control/stand_in_target.hpp"

#include <string>

using namespace autossh;
using namespace autossh_test;

namespace {

HubFacts whole_hub()
{
    const WallTime then(std::chrono::hours(500'000));
    HubFacts hub{.listen = {"127.0.0.1:7700", "/run/hub"},
                 .since = then,
                 .beats = 10,
                 .strange = 1,
                 .not_kept = 2,
                 .turned_away = 3};
    hub.boxes.push_back({.name = "n1", .state = "awaited", .health = "impaired"});
    hub.boxes.push_back({.name = "n2",
                         .state = "lost",
                         .health = "down",
                         .is_expected = false,
                         .last_seen = then,
                         .lost_since = then + std::chrono::seconds(195),
                         .every = Seconds(60),
                         .longest = Seconds(61.5),
                         .late_after = Seconds(120),
                         .lost_after = Seconds(195),
                         .account = "box",
                         .belongs_to = "box",
                         .node = "node",
                         .pid = 1201,
                         .beats = 7,
                         .gaps = {then, then + std::chrono::seconds(5)},
                         .reached = false,
                         .unreached = "refused",
                         .wrong_account = "nobody",
                         .wrong_at = then,
                         .wrong_times = 4});
    return hub;
}

class HubTarget : public StandInTarget {
public:
    std::optional<HubFacts> hub() const override { return whole_hub(); }
};

}  // namespace

TEST_CASE("hub: what is told of it arrives as it was")
{
    CHECK(hub_facts_from_json(to_json(whole_hub())) == whole_hub());
    CHECK(hub_facts_from_json("{}") == HubFacts());
    CHECK_FALSE(hub_facts_from_json("{\"boxes\":[1]}"));
    CHECK_FALSE(hub_facts_from_json("{\"boxes\":[{\"pid\":-1}]}"));
    CHECK_FALSE(hub_facts_from_json("no"));
    const auto answer = read_answer(hub_answer("7", whole_hub()));
    REQUIRE(answer);
    CHECK(answer->hub == whole_hub());
    CHECK(
        to_json(HubFacts{.boxes = {{.name = "n", .state = "awaited", .health = "impaired"}}}) ==
        "{\"listen\":[],\"since\":null,\"beats\":0,\"strange\":0,\"not_kept\":0,\"turned_away\":0,\"boxes\":"
        "[{\"name\":\"n\",\"state\":\"awaited\",\"health\":\"impaired\",\"expected\":true,\"last_seen\":null,"
        "\"lost_since\":null,\"every\":null,\"longest\":null,\"late_after\":null,\"lost_after\":null,"
        "\"account\":null,\"belongs_to\":null,\"node\":null,\"pid\":null,\"beats\":0,\"gaps\":[],\"reached\":"
        "null,\"unreached\":null,\"wrong_account\":null,\"wrong_at\":null,\"wrong_times\":0}]}");
}

TEST_CASE("hub: a process says how many boxes it has beside its tunnels")
{
    DaemonFacts facts;
    facts.name = "lab";
    facts.hub = "3 boxes, 1 lost";
    CHECK(facts_from_json(to_json(facts)) == facts);
    facts.hub.clear();
    CHECK(to_json(facts).find("hub") == std::string::npos);
}

TEST_CASE("hub: observers may ask, and who is none says so")
{
    HubTarget hub;
    const ControlRequest request{.id = "3", .ask = Ask::hub};
    CHECK(read_request("{\"do\":\"hub\"}").request->ask == Ask::hub);
    CHECK_FALSE(is_order(Ask::hub));
    const Answered answered = answer_to(request, hub, {"somebody", true});
    CHECK(answered.is_well);
    CHECK(answered.line == hub_answer("3", whole_hub()));
    StandInTarget none;
    CHECK(answer_to(request, none, {"somebody"}).line ==
          "{\"id\":3,\"ok\":false,\"error\":{\"code\":\"not-possible\",\"text\":\"it is no hub: its file has "
          "no "
          "[hub]\"}}\n");
}

TEST_CASE("hub: an event of a box names the box and no tunnel")
{
    StateEvent event{.at = WallTime(std::chrono::hours(500'000)),
                     .tunnel = {},
                     .state = "lost",
                     .before = "late",
                     .health = "down",
                     .cause = {"", "nothing from it for 3 m 15 s", ""},
                     .box = "n1"};
    const std::string line = event_answer("1", event);
    CHECK(line ==
          "{\"id\":1,\"event\":{\"at\":\"2027-01-15T08:00:00.000Z\",\"box\":\"n1\",\"state\":\"lost\","
          "\"before\":\"late\",\"health\":\"down\",\"class\":null,\"cause\":\"nothing from it for 3 m 15 "
          "s\",\"remedy\":null}}\n");
    CHECK(read_answer(line)->event == event);
}
