// How the bench reads its probes.
#include "outage/downtime.hpp"
#include "support/catch.hpp"

using namespace autossh_test::outage;
using std::chrono::milliseconds;

namespace {

const Clock::time_point begin{};

Probe probe(int at, bool is_good)
{
    return {begin + milliseconds(at), is_good};
}

double milliseconds_of(Seconds time)
{
    return time.count() * 1000;
}

}  // namespace

TEST_CASE("A downtime lasts from the first bad probe to the first of the good ones that go on")
{
    // The bad one is decided last, when its time is up.
    const std::vector probes{probe(0, true),   probe(100, true),  probe(150, true), probe(200, false),
                             probe(250, true), probe(300, false), probe(50, false)};
    const std::vector still_bad = probes;
    std::vector back = probes;
    back.push_back(probe(350, true));
    back.push_back(probe(400, true));

    const Downtime result = downtime(back, begin + milliseconds(50));
    REQUIRE(result.down);
    CHECK(milliseconds_of(*result.down) == Approx(300));
    CHECK(milliseconds_of(result.lost) == Approx(150));  // it was good from 100 to 200, and from 250 to 300
    CHECK_FALSE(downtime(still_bad, begin + milliseconds(50)).down);
}

TEST_CASE("What was before the fault is no downtime")
{
    const std::vector probes{probe(0, false), probe(50, true), probe(100, true)};
    const Downtime result = downtime(probes, begin + milliseconds(25));
    REQUIRE(result.down);
    CHECK(*result.down == Seconds::zero());
    CHECK(result.lost == Seconds::zero());
}

TEST_CASE("A path without a probe is not known to be good")
{
    CHECK_FALSE(good_since({}));
    CHECK_FALSE(all_good({}, begin, begin + milliseconds(100)));
    CHECK(all_good({probe(0, true), probe(50, true)}, begin, begin + milliseconds(100)));
    CHECK_FALSE(all_good({probe(0, true), probe(50, false)}, begin, begin + milliseconds(100)));
    CHECK(all_good({probe(0, true), probe(50, false)}, begin, begin + milliseconds(50)));
}
