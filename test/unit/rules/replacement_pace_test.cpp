#include "autossh/rules/replacement_pace.hpp"

#include "autossh/rules/replacement_times.hpp"
#include "autossh/rules/times.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace autossh;
using namespace std::chrono_literals;
using Need = ReplacementPace::Need;

TEST_CASE("Replacement: another ssh logs in when a doubted connection has had time to answer")
{
    const Time begin{1h};
    ReplacementPace pace;
    CHECK(pace.next_start() == never);
    CHECK(pace.spared_until() < begin);
    pace.note(Need::better, begin);
    CHECK(pace.next_start() == begin + 1s);
    CHECK(pace.spared_until() == begin + times::longest_doubt);
    pace.note(Need::better, begin + 500ms);
    CHECK(pace.next_start() == begin + 1s);
    pace.started();
    pace.note(Need::better, begin + 5s);
    CHECK(pace.next_start() == never);
    CHECK(pace.spared_until() == begin + times::longest_doubt);
    pace.note(Need::none, begin + 6s);
    CHECK(pace.spared_until() < begin);
    pace.note(Need::better, begin + 60s);
    CHECK(pace.next_start() == begin + 61s);
}

TEST_CASE("Replacement: what has failed on the way to the server is tried again, ever less often")
{
    const FailureClass of_the_way[] = {FailureClass::name_not_found, FailureClass::no_route,
                                       FailureClass::refused, FailureClass::timed_out,
                                       FailureClass::connection_lost};
    for (const FailureClass failure : of_the_way) {
        CAPTURE(name(failure));
        Time now{1h};
        ReplacementPace pace;
        pace.note(Need::better, now);
        for (const Duration wait : {2s, 5s, 10s, 20s, 20s}) {
            pace.started();
            now += 3s;
            pace.failed(failure, false, now);
            CHECK(pace.next_start() == now + wait);
            CHECK(pace.spared_until() == Time{1h} + times::longest_doubt);
        }
    }
}

TEST_CASE("Replacement: a log-in that cannot succeed is not repeated, and the old ssh is ended as before")
{
    struct Row {
        FailureClass failure;
        bool at_the_next_doubt;
    };
    const Row rows[] = {{FailureClass::authentication_refused, false},
                        {FailureClass::needs_person, false},
                        {FailureClass::host_key_changed, false},
                        {FailureClass::agent_unreachable, false},
                        {FailureClass::shut_out, true},
                        {FailureClass::other, true}};
    for (const Row& row : rows) {
        CAPTURE(name(row.failure));
        const Time begin{1h};
        ReplacementPace pace;
        pace.note(Need::better, begin);
        pace.started();
        pace.failed(row.failure, false, begin + 2s);
        CHECK(pace.next_start() == never);
        CHECK(pace.spared_until() < begin);
        pace.note(Need::none, begin + 10s);
        pace.note(Need::better, begin + 20s);
        CHECK((pace.next_start() != never) == row.at_the_next_doubt);
        CHECK((pace.spared_until() > begin) == row.at_the_next_doubt);
    }
}

TEST_CASE("Renewal: a refused log-in is tried again after a while, as the old connection is well")
{
    const Time begin{1h};
    ReplacementPace pace;
    pace.note(Need::newer, begin);
    CHECK(pace.next_start() == begin + 1s);
    pace.started();
    pace.failed(FailureClass::authentication_refused, true, begin + 2s);
    CHECK(pace.next_start() == begin + 2s + times::between_refused_renewals);
    pace.note(Need::better, begin + 60s);
    CHECK(pace.next_start() == never);
    CHECK(pace.spared_until() < begin);
    pace.note(Need::newer, begin + 70s);
    pace.started();
    pace.succeeded();
    pace.note(Need::none, begin + 80s);
    pace.note(Need::better, begin + 90s);
    CHECK(pace.next_start() == begin + 91s);
    CHECK(pace.spared_until() > begin + 90s);
}

TEST_CASE("Replacement: log-ins that a server may count as wrong tries are few, through all doubts")
{
    const Time begin{1h};
    ReplacementPace pace;
    Time now = begin;
    for (int doubt = 0; doubt < 20; ++doubt) {
        pace.note(Need::better, now);
        for (Time next = pace.next_start(); next < now + 30s; next = pace.next_start()) {
            pace.started();
            pace.failed(FailureClass::connection_lost, true, next + 1s);
        }
        pace.note(Need::none, now + 30s);
        now += 30s;
    }
    const std::vector<Time> refused = pace.take_refused();
    CHECK(refused.size() == 4);  // in ten minutes
    CHECK(pace.take_refused().empty());
    pace.note(Need::better, now);
    CHECK(pace.next_start() >= refused.back() + times::unseen_waits.back());
    pace.succeeded();
    pace.note(Need::none, now);
    pace.note(Need::better, now);
    CHECK(pace.next_start() == now + 1s);
}

TEST_CASE("Renewal: as long as there is no way to the server it is tried ever less often")
{
    ReplacementPace pace;
    Time now{1h};
    pace.note(Need::newer, now);
    for (const Duration wait : {2s, 5s, 10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s}) {
        pace.failed(FailureClass::refused, false, now);
        CHECK(pace.next_start() == now + wait);
        now += wait;
    }
}

TEST_CASE(
    "Replacement: connections of a silent ssh whose place was taken end, and those of a well one live on")
{
    CHECK(longest_silence_of_predecessor(true, false) == Duration::max());
    CHECK(longest_silence_of_predecessor(true, true) == Duration::max());
    CHECK(longest_silence_of_predecessor(false, true) == std::chrono::seconds(15));
    CHECK(longest_silence_of_predecessor(false, false) == std::chrono::seconds(40));
}
