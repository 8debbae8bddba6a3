// Manual, "Heartbeat": when a test is due, and what its result means.
#include "autossh/test_schedule.hpp"
#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;
using Meaning = TestSchedule::Meaning;

namespace {

const Time start = Time{} + 1h;

}  // namespace

TEST_CASE("Tests over ports: after the first poll time, then each poll time, and one failure is enough")
{
    TestSchedule tests = TestSchedule::by_ports(30s, 60s);
    CHECK(tests.next() == Time::max());
    tests.ssh_started(start, true);
    CHECK(tests.next() == start + 30s);
    tests.logged_in(start + 1s);
    CHECK(tests.next() == start + 30s);
    CHECK(tests.result(true, false, start + 31s) == Meaning::alive);
    CHECK(tests.next() == start + 91s);
    CHECK(tests.result(false, false, start + 92s) == Meaning::dead);

    tests.ssh_started(start + 100s, true);
    CHECK(tests.next() == start + 130s);
    CHECK(tests.result(false, true, start + 130s) == Meaning::dead);
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
    CHECK(tests.result(true, false, start + 6s) == Meaning::alive);
    CHECK(tests.has_passed());
    CHECK(tests.next() == start + 66s);

    CHECK(tests.result(false, false, start + 70s) == Meaning::suspect);
    CHECK(tests.next() == start + 70s);
    CHECK(tests.result(true, false, start + 71s) == Meaning::alive);
    CHECK(tests.result(false, false, start + 140s) == Meaning::suspect);
    CHECK(tests.result(false, false, start + 155s) == Meaning::dead);
}

TEST_CASE("Tests of -M auto: none that has passed, no evidence")
{
    TestSchedule tests = TestSchedule::automatic(10s, 60s);
    tests.ssh_started(start, true);
    tests.logged_in(start);
    CHECK(tests.result(false, true, start + 1s) == Meaning::nothing);
    CHECK(tests.next() < start + 2s);
    CHECK(tests.result(false, true, start + 30s) == Meaning::unproven);
    CHECK(tests.next() == start + 90s);
    CHECK(tests.result(false, false, start + 90s) == Meaning::unproven);

    CHECK(tests.result(true, false, start + 150s) == Meaning::alive);
    tests.ssh_started(start + 200s, true);  // what an earlier session has shown says nothing of this one
    tests.logged_in(start + 201s);
    CHECK(tests.result(false, false, start + 230s) == Meaning::unproven);
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
