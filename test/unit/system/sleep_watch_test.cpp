#include "autossh/system/sleep_watch.hpp"

#include "support/catch.hpp"
#include "support/waiting.hpp"

#include <optional>

#include <boost/asio/io_context.hpp>

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Sleep: it is a jump of the one clock against the other by more than a second")
{
    struct Reading {
        std::chrono::nanoseconds boottime, monotonic;
        bool slept;
    };
    const Reading readings[] = {
        {100s, 90s, false},          // asleep for 10 s before we began
        {100s, 90s, false},          //
        {4000s, 3990s, false},       // awake for long
        {4001s, 3990s, false},       // a second is none
        {4002s + 1ns, 3990s, true},  //
        {4003s, 3991s, false},       // told once
        {4003s, 3992s, false},       // read in the wrong moment
        {90000s, 4000s, true},       //
        {90000s, 4000s, false},      //
    };
    SleepGauge gauge;
    int number = 0;
    for (const Reading& each : readings) {
        CAPTURE(number++);
        CHECK(gauge.has_slept({.boottime = each.boottime, .monotonic = each.monotonic}) == each.slept);
    }
}

TEST_CASE("Sleep: a look tells of it, once, and a set wall clock is none")
{
    boost::asio::io_context io{1};
    ClockPair clocks{.boottime = 100s, .monotonic = 90s};
    int resumed = 0;
    SleepWatch watch(
        io.get_executor(), [&] { ++resumed; }, [&] { return clocks; });
    watch.look();
    CHECK(resumed == 0);
    clocks = {.boottime = 200s, .monotonic = 91s};
    watch.look();
    watch.look();
    CHECK(resumed == 1);
}

TEST_CASE("Sleep: a watch over a system that is awake tells nothing, and may be dropped")
{
    boost::asio::io_context io{1};
    int resumed = 0;
    std::optional<SleepWatch> watch(std::in_place, io.get_executor(), [&] { ++resumed; });
    io.run_for(50ms);
    watch->look();
    watch.reset();
    io.restart();
    io.run_for(autossh_test::generous);  // returns at once: nothing is left to wait for
    CHECK(resumed == 0);
}
