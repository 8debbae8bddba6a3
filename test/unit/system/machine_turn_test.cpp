#include "autossh/system/machine_turn.hpp"

#include "support/catch.hpp"

#include <string>

#include <unistd.h>

using namespace autossh;
using namespace std::chrono_literals;

#ifdef __linux__

TEST_CASE("Machine: one at a time has a turn, and keeps it for a while")
{
    const std::string name = "test-" + std::to_string(::getpid());
    const Time start = Time{} + 1h;
    MachineTurn one(name, 5s, 1min);
    MachineTurn other(name, 5s, 1min);
    REQUIRE(one.take(start));
    CHECK(one.next_look() == start + 5s);
    CHECK_FALSE(one.take(start + 1s));
    CHECK(one.next_try() == start + 5s);

    Time now = start;
    for (const Duration wait : {5s, 10s, 20s, 40s, 60s, 60s}) {
        CHECK_FALSE(other.take(now));
        CHECK(other.next_try() >= now + wait / 2);
        CHECK(other.next_try() <= now + wait * 3 / 2);
        CHECK_FALSE(other.take(other.next_try() - 1ms));
        now = other.next_try();
    }
    one.look(start + 4s);
    CHECK_FALSE(other.take(now));
    one.look(start + 5s);
    CHECK(one.next_look() == never);
    now += 2min;
    REQUIRE(other.take(now));
    other.postpone(now);
    CHECK(other.next_look() == never);
    CHECK(other.next_try() > now);
    now += 2min;
    REQUIRE(other.take(now));
    other.give_back();
    CHECK(other.next_try() <= now);
    CHECK(one.take(now));
    CHECK(MachineTurn(name + "-2", 5s, 1min).take(now));
}

#endif
