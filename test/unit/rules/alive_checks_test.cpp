#include "autossh/rules/alive_checks.hpp"

#include "support/catch.hpp"

#include <optional>
#include <vector>

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

TEST_CASE("Alive checks: an ssh that wakes up meanwhile waits for a name server, and does not hang")
{
    struct Row {
        std::vector<std::optional<std::uint64_t>> sleeps;  // at each silence
        bool hangs;
    };
    const Row rows[] = {
        {{7, 7, 7}, true},
        {{7, 8, 9, 10, 11}, false},
        {{7, 7, 8, 8, 9, 9}, false},  // every 5 s, as by resolv.conf(5)
        {{7, 8, 8, 8}, true},
        {{std::nullopt, 7, std::nullopt}, true},
        {{std::nullopt, std::nullopt, std::nullopt}, true},
    };
    for (const Row& row : rows) {
        AliveChecks checks;
        checks.begin({});
        for (const auto& sleeps : row.sleeps)
            checks.was_silent({}, sleeps);
        CHECK(checks.hangs() == row.hangs);
    }
}
