#include "autossh/rules/live_retries.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Live retries: every second, longer for a port of our own, then every 5 s, and ever less often")
{
    struct Row {
        Duration since;
        Duration interval;
        Duration of_our_own;
    };
    const Row rows[] = {{0s, 1s, 1s},     {14s, 1s, 1s},    {15s, 5s, 1s},   {179s, 5s, 1s},
                        {3min, 5s, 5s},   {14min, 5s, 5s},  {15min, 5s, 5s}, {1h, 20s, 20s},
                        {3h, 1min, 1min}, {24h, 1min, 1min}};
    for (const Row& row : rows) {
        CAPTURE(row.since.count());
        CHECK(live_retry_interval(row.since, false) == row.interval);
        CHECK(live_retry_interval(row.since, true) == row.of_our_own);
    }
}

TEST_CASE("Live retries: as long as one is refused, from the first refusal on")
{
    const Time begin{};
    LiveRetries retries;
    CHECK(retries.next() == never);
    retries.note_refused(true, begin);
    CHECK(retries.next() == begin + 1s);
    retries.note_refused(true, begin + 1s);
    CHECK(retries.next() == begin + 1s);
    retries.asked(begin + 1s, false);
    CHECK(retries.next() == begin + 2s);
    retries.asked(begin + 20s, true);
    CHECK(retries.next() == begin + 21s);
    retries.asked(begin + 20s, false);
    CHECK(retries.next() == begin + 25s);
    retries.note_refused(false, begin + 25s);
    CHECK(retries.next() == never);
    retries.note_refused(true, begin + 100s);
    CHECK(retries.next() == begin + 101s);
}

TEST_CASE("Live retries: soon after the end of whoever has held them, and often then")
{
    const Time begin{};
    LiveRetries retries;
    retries.begin_anew(begin);
    CHECK(retries.next() == never);
    retries.note_refused(true, begin);
    retries.asked(begin + 10min, false);
    retries.begin_anew(begin + 10min);
    CHECK(retries.next() == begin + 10min + 100ms);
    retries.asked(begin + 10min + 100ms, false);
    CHECK(retries.next() == begin + 10min + 1100ms);
}
