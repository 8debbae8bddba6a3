// Manual, "Refused forwards": when a session that works is ended for one of them.
#include "autossh/rules/forward_retries.hpp"

#include "support/catch.hpp"
#include "unit/rules/start.hpp"

#include <optional>
#include <utility>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

const ForwardsOfSession one_refused{.may_be_retried = true,
                                    .tunnel_degraded = true,
                                    .some_refused = true,
                                    .came_up = true,
                                    .logged_in_at = start};

}  // namespace

TEST_CASE("Refused forwards: one of several is tried again in a session of its own, ever less often")
{
    const TunnelSettings settings;
    ForwardRetries retries;
    for (const Duration wait : {1min, 2min, 4min, 8min, 10min, 10min}) {
        CHECK(retries.next(one_refused, settings) == start + wait);
        retries.note_end(one_refused);
    }
    for (int i = 0; i < 100; ++i)
        retries.note_end(one_refused);
    CHECK(retries.next(one_refused, settings) == start + 10min);
}

TEST_CASE("Refused forwards: the pace begins anew after a session with all of them")
{
    const TunnelSettings settings;
    ForwardRetries retries;
    retries.note_end(one_refused);
    retries.note_end({.came_up = false});  // it has not come so far
    CHECK(retries.next(one_refused, settings) == start + 2min);
    retries.note_end({.some_refused = true, .all_refused = true});
    CHECK(retries.next(one_refused, settings) == start + 2min);
    retries.note_end({.came_up = true});
    CHECK(retries.next(one_refused, settings) == start + 1min);
}

TEST_CASE("Refused forwards: a test interval beyond 10 minutes is the pace")
{
    TunnelSettings settings;
    settings.test_interval = 15min;
    ForwardRetries retries;
    CHECK(retries.next(one_refused, settings) == start + 15min);
    retries.note_end(one_refused);
    CHECK(retries.next(one_refused, settings) == start + 15min);
}

TEST_CASE("Refused forwards: nothing is ended that is of use otherwise, or would not be started again")
{
    TunnelSettings settings;
    const ForwardRetries retries;
    ForwardsOfSession forwards = one_refused;
    forwards.may_be_retried = false;
    CHECK(retries.next(forwards, settings) == never);
    forwards = one_refused;
    forwards.tunnel_degraded = false;
    CHECK(retries.next(forwards, settings) == never);
    forwards = one_refused;
    forwards.some_refused = false;
    CHECK(retries.next(forwards, settings) == never);
    forwards = one_refused;
    forwards.logged_in_at.reset();
    CHECK(retries.next(forwards, settings) == never);
    settings.restart = RestartPolicy::none;
    CHECK(retries.next(one_refused, settings) == never);
    settings.restart = RestartPolicy::always;
    CHECK(retries.next(one_refused, settings) == start + 1min);
}

TEST_CASE("Refused forwards: a session is ended when nobody has had a connection open for 4 seconds")
{
    struct Look {
        Duration at;
        std::optional<bool> used;
        bool idle;
    };
    const std::vector<std::vector<Look>> courses{
        {{0s, false, false}, {2s, false, false}, {4s, false, true}, {6s, true, false}, {8s, false, false}},
        {{0s, true, false}, {2s, false, false}, {4s, true, false}, {6s, false, false}, {10s, false, true}},
        {{0s, std::nullopt, false}, {60s, std::nullopt, false}},
    };
    for (const auto& course : courses) {
        IdleWatch watch;
        for (const Look& look : course) {
            CAPTURE(look.at.count());
            watch.looked(start + look.at, look.used);
            CHECK(watch.is_idle(start + look.at) == look.idle);
            CHECK(watch.is_used() == (look.used == true));
            CHECK(watch.next_look(start) == start + look.at + 2s);
        }
    }
}

TEST_CASE("Refused forwards: nobody looks before it matters")
{
    IdleWatch watch;
    CHECK(watch.next_look(never) == never);
    CHECK(watch.next_look(start + 60s) == start + 56s);
    watch.looked(start + 56s, false);
    CHECK(watch.next_look(start + 60s) == start + 58s);
    CHECK(watch.next_look(start + 600s) == start + 596s);
}

TEST_CASE("Refused forwards: one whose port a dead session of ours may hold is tried again after 5 seconds")
{
    const TunnelSettings settings;
    ForwardRetries retries;
    ForwardsOfSession forwards = one_refused;
    for (const auto& [lost_before, wait] : std::vector<std::pair<Duration, Duration>>{
             {0s, 5s}, {100s, 5s}, {10min, 30s}, {899s, 44'950ms}, {15min, 60s}, {5h, 60s}}) {
        CAPTURE(lost_before.count());
        forwards.port_lost_at = start - lost_before;
        CHECK(retries.next(forwards, settings) == start + wait);
    }
    // They do not make those of a stranger's port rarer.
    forwards.port_lost_at = start;
    retries.note_end(forwards);
    retries.note_end(forwards);
    forwards.port_lost_at.reset();
    CHECK(retries.next(forwards, settings) == start + 60s);
}
