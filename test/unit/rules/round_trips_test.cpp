#include "autossh/rules/round_trips.hpp"

#include "support/catch.hpp"

#include <chrono>

using namespace autossh;

TEST_CASE("Control protocol: round trips of the last tests")
{
    RoundTrips trips;
    CHECK_FALSE(trips.last().has_value());
    CHECK_FALSE(trips.percentile(50).has_value());
    trips.failed();
    CHECK(trips.tests() == 1);
    trips.passed(Duration(7));
    CHECK(trips.last() == Duration(7));
    CHECK(trips.percentile(50) == Duration(7));
    CHECK(trips.percentile(95) == Duration(7));
    for (int i = 1; i <= 100; ++i)
        trips.passed(Duration(i));
    CHECK(trips.last() == Duration(100));
    CHECK(trips.percentile(50) == Duration(84));  // of 69 to 100
    CHECK(trips.percentile(95) == Duration(99));
    CHECK(trips.percentile(100) == Duration(100));
    CHECK(trips.percentile(1) == Duration(69));
    CHECK(trips.tests() == 102);
    CHECK(trips.failures() == 1);
    trips.passed(std::chrono::hours(1));
    CHECK(trips.last() == Duration(65535));
    STATIC_REQUIRE(sizeof(RoundTrips) <= 100);
}
