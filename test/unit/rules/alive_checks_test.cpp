#include "autossh/rules/alive_checks.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Alive checks: three silences in a row are a hang, within 15 s")
{
    const Time begin{};
    AliveChecks checks;
    CHECK(checks.next() == never);
    checks.begin(begin);
    CHECK(checks.next() == begin + 5s);
    Time now = begin + 5s;
    for (int silence = 1; silence <= 3; ++silence) {
        CHECK_FALSE(checks.hangs());
        checks.asked();
        CHECK(checks.next() == never);
        now += 3s;
        checks.was_silent(now);
        CHECK(checks.next() == now);
    }
    CHECK(checks.hangs());
    CHECK(now - begin <= 15s);
}

TEST_CASE("Alive checks: an answer, or a reason for the silence, begins anew")
{
    const Time begin{};
    AliveChecks checks;
    checks.begin(begin);
    for (int i = 0; i < 2; ++i)
        checks.was_silent(begin + 8s);
    checks.answered(begin + 10s);
    CHECK(checks.next() == begin + 15s);
    checks.was_silent(begin + 18s);
    CHECK_FALSE(checks.hangs());
    for (int i = 0; i < 2; ++i)
        checks.was_silent(begin + 20s);
    checks.excuse(begin + 30s);
    CHECK_FALSE(checks.hangs());
    CHECK(checks.next() == begin + 35s);
    checks.end();
    checks.excuse(begin + 40s);
    CHECK(checks.next() == never);
}
