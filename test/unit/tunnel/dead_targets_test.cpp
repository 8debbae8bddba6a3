// Manual, "States": a forwarding whose target is dead is told once for each reason, and its uses are counted.
#include "autossh/tunnel/dead_targets.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("States: the uses of a dead target are counted by reason, and told after a while and at the end")
{
    const Time start = Clock::now();
    DeadTargets targets;
    CHECK(targets.take_repeats(start, 0s).empty());
    CHECK(targets.note("a", start));
    CHECK(targets.is_told("a"));
    CHECK_FALSE(targets.is_told("b"));
    CHECK(targets.take_repeats(start, 0s).empty());  // it was the first
    CHECK_FALSE(targets.note("a", start + 1s));
    CHECK_FALSE(targets.note("a", start + 2s));
    CHECK(targets.note("b", start + 3s));
    CHECK(targets.take_repeats(start + 599s, 10min).empty());
    const auto told = targets.take_repeats(start + 600s, 10min);
    REQUIRE(told.size() == 1);
    CHECK(told.front().reason == "a");
    CHECK(told.front().uses == 2);
    CHECK_FALSE(targets.note("a", start + 601s));
    CHECK(targets.take_repeats(start + 700s, 10min).empty());
    CHECK(targets.take_repeats(start + 700s, 0s).front().uses == 1);
}

TEST_CASE("States: a server that words ever new reasons fills neither log nor memory")
{
    DeadTargets targets;
    for (std::size_t i = 0; i < DeadTargets::most; ++i)
        CHECK(targets.note(std::to_string(i), Time()));
    CHECK_FALSE(targets.note("one more", Time()));
    CHECK_FALSE(targets.is_told("one more"));
    CHECK(targets.take_repeats(Time() + 1h, 0s).empty());
}
