#include "autossh/tunnel/gate.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <deque>
#include <optional>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

const Time now = Time() + 1h;

}  // namespace

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
    CHECK(first->has_come(now));
    CHECK(second.has_come(now));
    CHECK_FALSE(third->has_come(now));
    CHECK_FALSE(fourth.has_come(now));
    first.reset();
    CHECK(told_third == 1);
    CHECK(told_fourth == 0);
    CHECK_FALSE(fourth.has_come(now));  // it is the other one's turn
    CHECK(third->has_come(now));
    third.reset();
    CHECK(told_fourth == 1);
    CHECK(fourth.has_come(now));
}

TEST_CASE("Gate: who waits and goes leaves the place to the next")
{
    Gate gate(1);
    Gate::Turn first(gate, "", [] {});
    CHECK(first.has_come(now));
    std::optional<Gate::Turn> gone;
    gone.emplace(gate, "", [] {});
    CHECK_FALSE(gone->has_come(now));
    gone.reset();
    Gate::Turn last(gate, "", [] {});
    CHECK_FALSE(last.has_come(now));
}

TEST_CASE("Gate: another server has a gate of its own")
{
    Gate gate(1);
    Gate::Turn here(gate, "one 22", [] {});
    Gate::Turn there(gate, "other 22", [] {});
    CHECK(here.has_come(now));
    CHECK(there.has_come(now));
}

TEST_CASE("Gate: who takes too long does not count any more")
{
    Gate gate(1, 10s);
    Gate::Turn slow(gate, "", [] {});
    Gate::Turn next(gate, "", [] {});
    CHECK(slow.has_come(now));
    CHECK_FALSE(next.has_come(now + 9s));
    CHECK(next.next_look() == now + 10s);
    CHECK(next.has_come(now + 10s));
    CHECK(slow.has_come(now + 11s));
}
