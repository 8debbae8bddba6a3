// Manual, "Heartbeat": when a test is due, and what its result means.
#include "autossh/heartbeat/schedule.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace autossh;
using namespace std::chrono_literals;
using Meaning = TestSchedule::Meaning;

namespace {

const Time start = Time{} + 1h;

}  // namespace

TEST_CASE("Tests over ports: beside keepalives the loop may come back later, and over sockets it may not")
{
    struct Row {
        TestSchedule tests;
        bool keepalives;
        Duration limit;
    };
    for (Row& row : std::vector<Row>{{TestSchedule::by_ports(10s, 10s), true, 10s},
                                     {TestSchedule::by_ports(10s, 10s), false, 5s},
                                     {TestSchedule::automatic(10s, 10s), true, 5s},
                                     {TestSchedule::automatic(10s, 10s), false, 5s}}) {
        row.tests.ssh_started(start, true, row.keepalives);
        CHECK(row.tests.connection_limit(5s) == row.limit);
        CHECK(row.tests.limit(5s) == 5s);
    }
}

TEST_CASE("Reload: other times of the tests count from then on, and a test is not put off by them")
{
    TestSchedule tests = TestSchedule::by_ports(30s, 60s);
    tests.take_over_times(TestSchedule::by_ports(10s, 20s), start);
    CHECK(tests.next() == Time::max());
    tests.ssh_started(start, true);
    CHECK(tests.next() == start + 10s);
    tests.take_over_times(TestSchedule::by_ports(10s, 5s), start + 1s);
    CHECK(tests.next() == start + 6s);
    tests.take_over_times(TestSchedule::by_ports(10s, 300s), start + 2s);
    CHECK(tests.next() == start + 6s);
    tests.result(true, false, 1ms, start + 6s);
    CHECK(tests.next() == start + 306s);
}

TEST_CASE("Tests over ports: after the first poll time, then each poll time, and one failure is enough")
{
    TestSchedule tests = TestSchedule::by_ports(30s, 60s);
    CHECK(tests.next() == Time::max());
    tests.ssh_started(start, true);
    CHECK(tests.next() == start + 30s);
    tests.logged_in(start + 1s);
    CHECK(tests.next() == start + 30s);
    CHECK(tests.result(true, false, 50ms, start + 31s) == Meaning::alive);
    CHECK(tests.next() == start + 91s);
    CHECK(tests.result(false, false, 50ms, start + 92s) == Meaning::dead);

    tests.ssh_started(start + 100s, true);
    CHECK(tests.next() == start + 130s);
    CHECK(tests.result(false, true, 50ms, start + 130s) == Meaning::dead);
}

TEST_CASE("Tests of -M auto: right after the log-in, and two failures in a row mean dead")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, true);
    CHECK(tests.next() == Time::max());
    tests.logged_in(start + 5s);
    CHECK(tests.next() > start + 5s);
    CHECK(tests.next() < start + 6s);
    CHECK_FALSE(tests.has_passed());
    CHECK(tests.result(true, false, 50ms, start + 6s) == Meaning::alive);
    CHECK(tests.has_passed());
    CHECK(tests.next() == start + 66s);

    CHECK(tests.result(false, false, 50ms, start + 70s) == Meaning::suspect);
    CHECK(tests.next() == start + 70s);
    CHECK(tests.result(true, false, 50ms, start + 71s) == Meaning::alive);
    CHECK(tests.result(false, false, 50ms, start + 140s) == Meaning::suspect);
    CHECK(tests.result(false, false, 50ms, start + 155s) == Meaning::dead);
}

TEST_CASE("Tests of -M auto: none that has passed, no evidence")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, true);
    tests.logged_in(start);
    CHECK(tests.result(false, true, 50ms, start + 1s) == Meaning::nothing);
    CHECK(tests.next() < start + 2s);
    CHECK(tests.result(false, true, 50ms, start + 30s) == Meaning::unproven);
    CHECK(tests.next() == start + 90s);
    CHECK(tests.result(false, false, 50ms, start + 90s) == Meaning::unproven);

    CHECK(tests.result(true, false, 50ms, start + 150s) == Meaning::alive);
    tests.ssh_started(start + 200s, true);  // what an earlier session has shown says nothing of this one
    tests.logged_in(start + 201s);
    CHECK(tests.result(false, false, 50ms, start + 230s) == Meaning::unproven);
}

TEST_CASE("Tests of -M auto: where the log-in cannot be seen they begin after a while")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, false);
    CHECK(tests.next() == start + 10s);
}

TEST_CASE("Tests of a session whose loop was refused are given up until the next start")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, true);
    tests.logged_in(start);
    tests.give_up();
    CHECK(tests.next() == Time::max());
    tests.postpone(start);
    CHECK(tests.next() == Time::max());
    tests.ssh_started(start + 1h, true);
    tests.logged_in(start + 1h);
    CHECK(tests.next() < start + 2h);
}

TEST_CASE("Time in which the program was stopped does not count against the session")
{
    TestSchedule tests = TestSchedule::by_ports(30s, 60s);
    tests.ssh_started(start, true);
    tests.postpone(start + 10s);
    CHECK(tests.next() == start + 70s);
}

TEST_CASE(
    "The time limit of a test follows the slowest round trip of the session, between 2 s and the net timeout")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, true);
    tests.logged_in(start);
    CHECK(tests.limit(15s) == 15s);
    tests.result(false, false, 0ms, start + 1s);
    CHECK(tests.limit(15s) == 15s);  // none has passed
    tests.result(true, false, 20ms, start + 2s);
    CHECK(tests.limit(15s) == 2s);
    CHECK(tests.limit(1s) == 1s);
    tests.result(true, false, 700ms, start + 3s);
    CHECK(tests.limit(15s) == 7s);
    tests.result(true, false, 20ms, start + 4s);
    CHECK(tests.limit(15s) == 5250ms);  // what is long ago counts less
    tests.result(true, false, 3s, start + 5s);
    CHECK(tests.limit(15s) == 15s);
    tests.ssh_started(start + 1h, true);
    tests.logged_in(start + 1h);
    tests.result(true, false, 20ms, start + 1h);
    CHECK(tests.limit(15s) == 2s);

    TestSchedule over_ports = TestSchedule::by_ports(30s, 60s);
    over_ports.ssh_started(start, true);
    over_ports.result(true, false, 20ms, start + 30s);
    CHECK(over_ports.limit(15s) == 15s);
}

TEST_CASE("The time limit of a test is not for good that of a black hole which a test has survived")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, true);
    tests.logged_in(start);
    tests.result(true, false, 20ms, start + 1s);
    CHECK((tests.result(false, false, 0ms, start + 63s) == Meaning::suspect));
    CHECK((tests.result(true, false, 14s, start + 75s) == Meaning::alive));
    CHECK(tests.limit(15s) == 4s);
    for (int quick = 0; quick < 3; ++quick)
        tests.result(true, false, 20ms, start + 2min);
    CHECK(tests.limit(15s) == 2s);
}

TEST_CASE("A line that has become slow is doubted once, and has then time enough")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, true);
    tests.logged_in(start);
    tests.result(true, false, 20ms, start + 1s);
    int suspects = 0;
    for (int number = 0; number < 20; ++number) {
        if (tests.limit(15s) >= 3s || tests.doubted()) {
            CHECK((tests.result(true, false, 3s, start + 1h) == Meaning::alive));
            continue;
        }
        CHECK((tests.result(false, false, 0ms, start + 1h) == Meaning::suspect));
        ++suspects;
    }
    CHECK(suspects == 1);
    CHECK(tests.limit(15s) == 15s);
    int passed = 0;
    for (; tests.limit(15s) > 2s && passed < 100; ++passed)
        tests.result(true, false, 20ms, start + 2h);
    CHECK(passed <= 10);  // some minutes
}

TEST_CASE("A test is hurried only in a session where one has passed")
{
    for (TestSchedule tests : {TestSchedule::automatic(10s, 60s), TestSchedule::by_ports(30s, 60s)}) {
        tests.ssh_started(start, true);
        tests.logged_in(start);
        const Time due = tests.next();
        tests.hurry(start + 1ms);
        CHECK(tests.next() == due);
        tests.result(true, false, 20ms, start + 31s);
        tests.hurry(start + 40s);
        CHECK(tests.next() == start + 40s);
        tests.give_up();
        tests.hurry(start + 50s);
        CHECK(tests.next() == Time::max());
    }
}

TEST_CASE("Heartbeat: that the echo service is away is no evidence against the connection")
{
    auto schedule = TestSchedule::automatic(10s, 60s);
    const Time start{1h};
    schedule.ssh_started(start, true);
    schedule.logged_in(start);
    CHECK(schedule.result(true, false, 5ms, start) == TestSchedule::Meaning::alive);
    CHECK(schedule.result(false, false, 0ms, start) == TestSchedule::Meaning::suspect);
    schedule.echo_is_away(start);
    CHECK(schedule.next() == start + 60s);
    CHECK(schedule.result(false, false, 0ms, start) == TestSchedule::Meaning::suspect);
}
