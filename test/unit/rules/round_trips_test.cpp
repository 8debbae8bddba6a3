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
    CHECK(trips.recent() == std::vector<std::optional<Duration>>{std::nullopt, Duration(7)});
    CHECK(trips.last() == Duration(7));
    CHECK(trips.percentile(50) == Duration(7));
    CHECK(trips.percentile(95) == Duration(7));
    for (int i = 1; i <= 100; ++i)
        trips.passed(Duration(i));
    CHECK(trips.last() == Duration(100));
    CHECK(trips.percentile(50) == Duration(84));  // of 69 to 100
    CHECK(trips.percentile(95) == Duration(99));
    CHECK(trips.percentile(100) == Duration(100));
    trips.failed();
    CHECK(trips.recent().back() == std::nullopt);
    CHECK(trips.recent().front() == Duration(90));
    CHECK(trips.percentile(1) == Duration(69));
    CHECK(trips.tests() == 103);
    CHECK(trips.failures() == 2);
    trips.passed(std::chrono::hours(1));
    CHECK(trips.last() == Duration(65535));
    CHECK(trips.recent().size() == RoundTrips::most_recent);
    CHECK(trips.recent().back() == Duration(65534));
    STATIC_REQUIRE(sizeof(RoundTrips) <= 100);
}
