// Manual, "Backoff".
#include "autossh/rules/restart_pace.hpp"

#include "support/catch.hpp"

#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

TunnelSettings with_poll(Duration poll)
{
    TunnelSettings settings;
    settings.poll = poll;
    settings.poll_given = true;
    return settings;
}

const LastSession quick{};

LastSession of(FailureClass failure, Duration since_start = 0ms, bool logged_in = false)
{
    return {.since_start = since_start, .up = 0ms, .logged_in = logged_in, .failure = failure};
}

}  // namespace

TEST_CASE("Backoff: the curve of waits when ssh dies at once, for each poll time that was given")
{
    struct Row {
        Duration poll;
        std::vector<long> waits;  // seconds, from the seventh start on: tries = 6, 7, …
    };
    const Row rows[] = {
        {600s, {2, 8, 18, 32, 50, 72, 98, 128, 162, 200, 242, 288, 338, 392, 450, 512, 578, 600, 600}},
        {60s, {0, 0, 1, 3, 5, 7, 9, 12, 16, 20, 24, 28, 33, 39, 45, 51, 57, 60, 60}},
        {10s, {0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 10}},
        {1s, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}},
    };
    for (const Row& row : rows) {
        Backoff backoff(with_poll(row.poll));
        CHECK(backoff.tries() == 0);
        for (long tries = 1; tries <= 5; ++tries) {
            CHECK(backoff.before_start(quick, 1) == 0s);
            CHECK(backoff.tries() == tries);
        }
        for (std::size_t i = 0; i < row.waits.size(); ++i) {
            CAPTURE(row.poll.count(), i);
            CHECK(backoff.before_start(quick, i % 2 == 0 ? 0 : 1) == std::chrono::seconds(row.waits[i]));
        }
    }
}

TEST_CASE(
    "Backoff: a given poll time: an ssh that lasted a tenth of it, at least 10 s, starts the count afresh")
{
    struct Row {
        Duration poll;
        Duration quick;
    };
    const Row rows[] = {{600s, 60s}, {609s, 60s}, {100s, 10s}, {10s, 10s}, {1s, 10s}, {500ms, 10s}};
    for (const Row& row : rows) {
        CAPTURE(row.poll.count());
        Backoff backoff(with_poll(row.poll));
        backoff.before_start({.since_start = row.quick - 1ms, .up = 1h}, 0.5);
        CHECK(backoff.tries() == 1);
        backoff.before_start({.since_start = row.quick, .up = 0s}, 0.5);
        CHECK(backoff.tries() == 0);
    }
}

TEST_CASE("Backoff: without a poll time it stays below a minute, and no two waits are alike")
{
    const std::vector<long> curve{2, 8, 18, 32, 50, 60, 60};
    for (const double chance : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        Backoff backoff{TunnelSettings()};
        for (int tries = 1; tries <= 5; ++tries)
            CHECK(backoff.before_start(quick, chance) == 0s);
        for (const long seconds : curve) {
            CAPTURE(chance, seconds);
            const Duration wait = backoff.before_start(quick, chance);
            CHECK(wait >= std::chrono::milliseconds(seconds * 800));
            CHECK(wait <= std::chrono::milliseconds(seconds * 1200));
            CHECK(wait <= 60s);
            if (chance == 0.5)
                CHECK(wait == std::chrono::seconds(seconds));
            else
                CHECK(wait != std::chrono::seconds(seconds));
        }
    }
}

TEST_CASE("Backoff: without a poll time, a session that was up for a minute starts the count afresh")
{
    Backoff backoff{TunnelSettings()};
    backoff.before_start({.since_start = 2h, .up = 59s}, 0.5);  // it hung in the log-in
    CHECK(backoff.tries() == 1);
    backoff.before_start({.since_start = 61s, .up = 60s}, 0.5);
    CHECK(backoff.tries() == 0);
    // What cannot be known is judged as 1.4g does.
    backoff.before_start({.since_start = 59s}, 0.5);
    CHECK(backoff.tries() == 1);
    backoff.before_start({.since_start = 60s}, 0.5);
    CHECK(backoff.tries() == 0);
}

TEST_CASE("Backoff: a limit of one's own holds with and without a poll time")
{
    for (const bool given : {true, false}) {
        TunnelSettings settings;
        settings.poll_given = given;
        settings.backoff_max = 5s;
        Backoff backoff(settings);
        Duration longest{};
        for (int tries = 0; tries < 40; ++tries)
            longest = std::max(longest, backoff.before_start(quick, 1));
        CHECK(longest <= 5s);
        CHECK(longest >= 4s);
    }
    TunnelSettings settings = with_poll(600s);
    settings.backoff_max = 1h;  // the curve itself ends at the poll time
    Backoff backoff(settings);
    Duration wait{};
    for (int tries = 0; tries < 40; ++tries)
        wait = backoff.before_start(quick, 0.5);
    CHECK(wait == 600s);
}

TEST_CASE("Backoff: with --plain the waits are 1.4g's")
{
    TunnelSettings settings;
    settings.plain = true;
    Backoff backoff(settings);
    Duration wait{};
    for (int tries = 0; tries < 40; ++tries)
        wait = backoff.before_start(quick, 1);
    CHECK(wait == 600s);
}

TEST_CASE("Backoff: a poll time below a second still makes ssh wait")
{
    Backoff backoff(with_poll(600ms));
    Duration wait{};
    for (int tries = 1; tries <= 5; ++tries)
        wait = backoff.before_start(quick, 0.5);
    CHECK(wait == 0ms);
    CHECK(backoff.before_start(quick, 0.5) == 2ms);
    CHECK(backoff.before_start(quick, 0.5) == 8ms);
    for (int tries = 0; tries < 30; ++tries)
        wait = backoff.before_start(quick, 0.5);
    CHECK(wait == 600ms);
}

TEST_CASE("Backoff: neither a year of failures nor the longest poll time overflows")
{
    for (const bool given : {true, false}) {
        TunnelSettings settings = with_poll(longest_duration);
        settings.poll_given = given;
        Backoff backoff(settings);
        Duration wait{};
        for (long i = 0; i < 1'000'000; ++i)
            wait = backoff.before_start(quick, 1);
        CHECK(wait > 0s);
        CHECK(wait <= longest_duration);
    }
}

TEST_CASE("A refused log-in is tried again after half a minute, then ever later, up to a quarter of an hour")
{
    for (const auto failure :
         {FailureClass::authentication_refused, FailureClass::host_key_changed,
          FailureClass::host_key_unknown, FailureClass::key_unusable, FailureClass::agent_unreachable,
          FailureClass::needs_person, FailureClass::secret_unavailable}) {
        CAPTURE(name(failure));
        RestartPace comeback{TunnelSettings()};
        CHECK(comeback.before_start(std::nullopt, 0.5) == 0s);
        for (const Duration wait : std::vector<Duration>{30s, 90s, 8min, 15min, 15min, 15min})
            CHECK(comeback.before_start(of(failure), 1) == wait);
        comeback.quicken();  // another network does not give us a key
        CHECK(comeback.before_start(of(failure), 1) == 900s);
        comeback.before_start(of(FailureClass::connection_lost, 1h, true), 0.5);
        CHECK(comeback.before_start(of(failure), 0) == 30s);
    }
}

TEST_CASE("Backoff: a server that shuts us out for a while is tried ever later, up to every 2 minutes")
{
    RestartPace comeback{TunnelSettings()};
    CHECK(comeback.before_start(std::nullopt, 0.5) == 0s);
    for (const Duration wait : std::vector<Duration>{15s, 30s, 60s, 120s, 120s})
        CHECK(comeback.before_start(of(FailureClass::shut_out), 1) == wait);
    comeback.before_start(of(FailureClass::connection_lost, 1h, true), 0.5);
    CHECK(comeback.before_start(of(FailureClass::shut_out), 0) == 15s);

    TunnelSettings settings;
    settings.backoff_max = 20s;
    RestartPace limited{settings};
    static_cast<void>(limited.before_start(std::nullopt, 0.5));
    CHECK(limited.before_start(of(FailureClass::shut_out), 1) == 15s);
    CHECK(limited.before_start(of(FailureClass::shut_out), 1) == 20s);
}

TEST_CASE("Jobs: one that cannot be entered yet is asked for every 5 s for 5 minutes, and then every 30 s")
{
    RestartPace comeback{TunnelSettings()};
    static_cast<void>(comeback.before_start(std::nullopt, 0.5));
    for (int tries = 0; tries < 60; ++tries)
        CHECK(comeback.before_start(
                  of(tries % 2 == 0 ? FailureClass::job_not_running : FailureClass::job_held), 1) == 5s);
    CHECK(comeback.before_start(of(FailureClass::job_not_running), 0) == 30s);
    CHECK(comeback.tries() == 0);
    CHECK(comeback.before_start(of(FailureClass::job_not_running, 1h, true), 1) == 5s);  // it was evicted
    CHECK(comeback.before_start(of(FailureClass::connection_lost), 1) == 0s);

    TunnelSettings settings;
    settings.backoff_max = 2s;
    RestartPace limited{settings};
    static_cast<void>(limited.before_start(std::nullopt, 0.5));
    CHECK(limited.before_start(of(FailureClass::job_held), 1) == 2s);
}

TEST_CASE("A secret that was refused twice is sent again only when three tries would lock no account")
{
    RestartPace comeback{TunnelSettings()};
    LastSession last = of(FailureClass::authentication_refused);
    last.secret_refused = true;
    for (const Duration wait : {30s, 900s, 900s})
        CHECK(comeback.before_start(last, 1) == wait);
}

TEST_CASE(
    "A secret that may have been refused is spared the server as one that was, whatever ssh has ended of")
{
    for (const FailureClass failure : {FailureClass::connection_lost, FailureClass::timed_out,
                                       FailureClass::other, FailureClass::forward_refused}) {
        CAPTURE(name(failure));
        RestartPace comeback{TunnelSettings()};
        LastSession last = of(failure);
        last.secret_refused = true;
        for (const Duration wait : {30s, 900s, 900s})
            CHECK(comeback.before_start(last, 1) == wait);
    }
}

TEST_CASE(
    "A port that a dead session of ours may hold is asked for every 5 s, and ever later as time goes by")
{
    struct Row {
        Duration since_lost;
        Duration wait;
    };
    for (const auto& [since_lost, wait] : std::vector<Row>{{0s, 4700ms},
                                                           {100s, 4700ms},
                                                           {5min, 14'700ms},
                                                           {15min, 44'700ms},
                                                           {2h, 359'700ms},
                                                           {24h, 599'700ms}}) {
        CAPTURE(since_lost.count());
        RestartPace comeback{TunnelSettings()};
        LastSession last = of(FailureClass::forward_refused, 300ms, true);
        last.since_port_lost = since_lost;
        for (int tries = 0; tries < 100; ++tries)
            CHECK(comeback.before_start(last, 1) == wait);
        CHECK(comeback.tries() == 0);
    }
}

TEST_CASE("A port that somebody else holds is asked for ever later, up to once in 10 minutes")
{
    const LastSession refused = of(FailureClass::forward_refused, 300ms, true);
    const std::vector<Duration> waits{5s, 10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s};
    RestartPace comeback{TunnelSettings()};
    for (int round = 0; round < 2; ++round) {
        for (const Duration wait : waits)
            CHECK(comeback.before_start(refused, 1) == wait - 300ms);
        LastSession up = of(FailureClass::connection_lost, 1h, true);
        up.up = 1h;
        comeback.before_start(up, 0.5);
    }
    LastSession ended_for_it = of(FailureClass::forward_refused, 61s, true);
    ended_for_it.up = 60s;
    CHECK(comeback.before_start(ended_for_it, 1) == 0s);
    TunnelSettings limited;
    limited.backoff_max = 30s;
    RestartPace quicker{limited};
    for (const Duration wait : {5s, 10s, 20s, 30s, 30s})
        CHECK(quicker.before_start(refused, 1) == wait - 300ms);
}

TEST_CASE("New hope makes the next waits short, and leaves none out")
{
    RestartPace comeback{TunnelSettings()};
    for (int tries = 0; tries < 20; ++tries)
        comeback.before_start(of(FailureClass::refused), 0.5);
    CHECK(comeback.before_start(of(FailureClass::refused), 0.5) == 60s);
    comeback.quicken();
    CHECK(comeback.before_start(of(FailureClass::refused), 0.5) == 2s);
}

TEST_CASE("A log-in that may have been refused without a word is tried four times within 10 minutes")
{
    RestartPace comeback{TunnelSettings()};
    LastSession last = of(FailureClass::other);
    last.perhaps_refused = true;
    for (const Duration wait : {30s, 200s, 200s, 200s})
        CHECK(comeback.before_start(last, 1) == wait);
    comeback.before_start(of(FailureClass::other, 1h), 0.5);
    CHECK(comeback.before_start(last, 1) == 30s);
    // A connection that was closed in the middle of it is tried at once, if only once.
    comeback.before_start(of(FailureClass::other, 1h), 0.5);
    last.failure = FailureClass::connection_lost;
    for (const Duration wait : {0s, 30s, 200s, 200s})
        CHECK(comeback.before_start(last, 1) == wait);
}
