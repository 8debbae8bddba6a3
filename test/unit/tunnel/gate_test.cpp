#include "autossh/tunnel/gate.hpp"

#include "support/catch.hpp"

#include <optional>

using namespace autossh;

TEST_CASE("Gate: so many at a time, in the order in which they have come")
{
    Gate gate(2);
    int told_third = 0;
    int told_fourth = 0;
    std::optional<Gate::Turn> first;
    first.emplace(gate, "server", [] {});
    Gate::Turn second(gate, "server", [] {});
    std::optional<Gate::Turn> third;
    third.emplace(gate, "server", [&] { ++told_third; });
    Gate::Turn fourth(gate, "server", [&] { ++told_fourth; });
    CHECK(first->has_come());
    CHECK(second.has_come());
    CHECK_FALSE(third->has_come());
    CHECK_FALSE(fourth.has_come());
    first.reset();
    CHECK(told_third == 1);
    CHECK(told_fourth == 0);
    CHECK_FALSE(fourth.has_come());  // it is the other one's turn
    CHECK(third->has_come());
    third.reset();
    CHECK(told_fourth == 1);
    CHECK(fourth.has_come());
}

TEST_CASE("Gate: who waits and goes leaves the place to the next")
{
    Gate gate(1);
    Gate::Turn first(gate, "", [] {});
    CHECK(first.has_come());
    std::optional<Gate::Turn> gone;
    gone.emplace(gate, "", [] {});
    CHECK_FALSE(gone->has_come());
    gone.reset();
    Gate::Turn last(gate, "", [] {});
    CHECK_FALSE(last.has_come());
}

TEST_CASE("Gate: another server has a gate of its own")
{
    Gate gate(1);
    Gate::Turn here(gate, "one 22", [] {});
    Gate::Turn there(gate, "other 22", [] {});
    CHECK(here.has_come());
    CHECK(there.has_come());
}
