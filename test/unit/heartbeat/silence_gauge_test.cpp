// Manual, "Heartbeat": what the silence of a connection says.
#include "autossh/heartbeat/silence_gauge.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

namespace {

const Time now = Time{} + 1h;

}  // namespace

TEST_CASE("Silence is looked for from the first test that passes on, and calls for a test when keepalives "
          "are missed")
{
    SilenceGauge gauge(10s);
    CHECK(gauge.next_look() == Time::max());
    gauge.passed(now);
    CHECK(gauge.next_look() == now + 15s);
    CHECK_FALSE(gauge.is_suspicious(10s, now + 15s));  // the keepalive's answer is on its way
    CHECK(gauge.next_look() == now + 30s);
    CHECK_FALSE(gauge.is_suspicious(12s, now + 30s));
    CHECK(gauge.is_suspicious(12001ms, now + 45s));
    CHECK(gauge.next_look() == Time::max());  // until the test has passed
    gauge.passed(now + 46s);
    CHECK(gauge.next_look() == now + 61s);
}

TEST_CASE("Silence says nothing without keepalives, with rare ones, or where the system does not tell")
{
    for (const auto keepalive : {std::optional<Duration>(), std::optional<Duration>(0s),
                                 std::optional<Duration>(31s), std::optional<Duration>(1h)}) {
        SilenceGauge gauge(keepalive);
        gauge.passed(now);
        CHECK(gauge.next_look() == Time::max());
    }
    SilenceGauge gauge(10s);
    gauge.passed(now);
    CHECK_FALSE(gauge.is_suspicious(std::nullopt, now + 15s));
    CHECK(gauge.next_look() == Time::max());
    gauge.passed(now + 60s);
    CHECK(gauge.next_look() == Time::max());
}
