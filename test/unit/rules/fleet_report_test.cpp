#include "autossh/rules/fleet_report.hpp"
#include "support/catch.hpp"

using namespace autossh;

TEST_CASE("Fleet: the states of its tunnels are counted in a line, the good ones first")
{
    FleetCounts counts;
    CHECK(counts.in_words("field") == "field: 0 tunnels");
    counts.add(State::waiting);
    CHECK(counts.in_words("field") == "field: 1 tunnel: 1 waiting");
    counts.add(State::gave_up);
    counts.add(State::up);
    counts.add(State::degraded);
    counts.add(State::up);
    counts.add_stopped();
    counts.add_not_started();
    CHECK(counts.in_words("field") ==
          "field: 7 tunnels: 2 up, 1 degraded, 1 waiting, 1 gave up, 1 not started, 1 stopped");
}

TEST_CASE("Fleet: a tunnel has been tried when it has been up, or a try has failed")
{
    Status status;
    CHECK_FALSE(has_been_tried(status));
    status.state = State::connecting;
    CHECK_FALSE(has_been_tried(status));
    status.trouble = "refused";
    CHECK(has_been_tried(status));
    for (const State state : {State::up, State::degraded, State::suspect, State::waiting, State::gave_up}) {
        Status another;
        another.state = state;
        CHECK(has_been_tried(another));
    }
}
