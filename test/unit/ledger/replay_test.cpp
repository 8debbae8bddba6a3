#include "autossh/ledger/replay.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

WallTime in_november(std::chrono::milliseconds time)
{
    return WallTime(std::chrono::seconds(1795910400)) + time;
}

LedgerEntry up(std::chrono::seconds when, const std::string& tunnel = "db")
{
    return {.at = in_november(when), .event = LedgerEvent::up, .tunnel = tunnel};
}

LedgerEntry up_again(std::chrono::seconds when, std::uint64_t number, double lasted,
                     const std::string& tunnel = "db")
{
    LedgerEntry entry = up(when, tunnel);
    entry.number = number;
    entry.lasted = Seconds(lasted);
    entry.tries = 2;
    return entry;
}

LedgerEntry down(std::chrono::seconds when, std::uint64_t number, double was_up,
                 const std::string& by = "exit", const std::string& tunnel = "db")
{
    return {.at = in_november(when),
            .event = LedgerEvent::down,
            .tunnel = tunnel,
            .number = number,
            .failure_class = "refused",
            .cause = "c",
            .by = by,
            .up = Seconds(was_up)};
}

LedgerEntry of_daemon(LedgerEvent event, std::chrono::seconds when,
                      std::optional<std::chrono::seconds> last_seen = std::nullopt,
                      std::optional<std::chrono::seconds> lived = std::nullopt)
{
    LedgerEntry entry{.at = in_november(when), .event = event};
    entry.lived = lived;
    if (last_seen)
        entry.last_seen = in_november(*last_seen);
    return entry;
}

LedgerEntry unwatched(std::chrono::seconds when, double was_up)
{
    return {.at = in_november(when), .event = LedgerEvent::unwatched, .tunnel = "db", .up = Seconds(was_up)};
}

LedgerEntry totals(std::chrono::seconds when, double was_up, double was_down, const std::string& state,
                   std::optional<double> length = std::nullopt)
{
    return {.at = in_november(when),
            .event = LedgerEvent::totals,
            .tunnel = "db",
            .lasted = length ? std::optional(Seconds(*length)) : std::nullopt,
            .totals = TotalFacts{Seconds(was_up), Seconds(was_down), {{"refused", 5}}},
            .state = state};
}

constexpr auto start = LedgerEvent::daemon_start;
constexpr auto stop = LedgerEvent::daemon_stop;

}  // namespace

TEST_CASE("The ledger: files come to these sums when they are read again")
{
    struct Row {
        const char* what;
        std::vector<LedgerEntry> entries;
        double up;
        double down;
        std::uint64_t outages;
    };
    const std::vector<Row> rows{
        {"nothing", {of_daemon(start, 0s)}, 0, 0, 0},
        {"it stays up until the daemon stops",
         {of_daemon(start, 0s), up(2s), of_daemon(stop, 100s)},
         98,
         0,
         0},
        {"an outage", {up(0s), down(100s, 1, 100), up_again(130s, 1, 30), of_daemon(stop, 200s)}, 170, 30, 1},
        {"one that a stop ends", {up(0s), down(100s, 1, 100), of_daemon(stop, 150s)}, 100, 50, 1},
        {"one that somebody wanted",
         {up(0s), down(100s, 1, 100, "request"), up_again(101s, 1, 1), of_daemon(stop, 110s)},
         109,
         1,
         0},
        {"a daemon was killed, and another starts at once",
         {up(0s), of_daemon(start, 130s, 100s), up(131s), of_daemon(stop, 141s)},
         140,
         0,
         0},
        {"a daemon was killed, and another starts after days",
         {up(0s), of_daemon(start, 172800s, 100s), up(172801s), of_daemon(stop, 172811s)},
         170,
         0,
         0},
        {"its last entry is later than what shows that it lived",
         {up(0s), down(50s, 1, 50), up_again(90s, 1, 40), of_daemon(start, 95s, 50s)},
         55,
         40,
         1},
        {"the clock was set in its life, which was short",
         {up(0s), of_daemon(start, 1000000s, 1000000s, 100s), up(1000001s),
          of_daemon(stop, 2000000s, {}, 9s)},
         109,
         0,
         0},
        {"the process ends, and tells each length",
         {up(0s), unwatched(100000s, 7), of_daemon(stop, 100000s)},
         7,
         0,
         0},
        {"the sums of a new file tell how long the tunnel was up before",
         {totals(1000s, 5000, 7, "up", 40), down(9999s, 6, 50), of_daemon(stop, 9999s)},
         5010,
         7,
         6},
        {"nothing tells when it was killed",
         {up(0s), down(50s, 1, 50), of_daemon(start, 172800s)},
         50,
         60,
         1},
        {"the month has changed",
         {up(0s), totals(1000s, 5000, 7, "up"), down(1010s, 6, 1010), of_daemon(stop, 1020s)},
         5010,
         17,
         6},
        {"the same, without the files of before",
         {totals(1000s, 5000, 7, "up"), down(1010s, 6, 1010), of_daemon(stop, 1020s)},
         5010,
         17,
         6},
        {"the month has changed in an outage",
         {down(0s, 5, 10), totals(1000s, 5000, 7, "down"), up_again(1010s, 5, 1010), of_daemon(stop, 1020s)},
         5010,
         17,
         5},
        {"a clock that was put back", {up(1000s), of_daemon(stop, 10s)}, 0, 0, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        LedgerReplay replay(100);
        for (const LedgerEntry& entry : row.entries)
            replay.take(entry);
        const auto found = replay.sums().find("db");
        const TotalFacts sums = found == replay.sums().end() ? TotalFacts() : found->second.totals();
        CHECK(sums.up.count() == row.up);
        CHECK(sums.down.count() == row.down);
        std::uint64_t outages = 0;
        for (const OutageCount& count : sums.outages)
            outages += count.number;
        CHECK(outages == row.outages);
    }
}

TEST_CASE("The ledger: outages are listed with their ends")
{
    LedgerReplay replay(3);
    const auto all = [](const std::string&) { return true; };
    const auto listed = [&](std::chrono::seconds since) {
        std::vector<std::string> words;
        for (const OutageFacts& outage : replay.outages().since(in_november(since), in_november(1000s), all))
            words.push_back(fmt::format("{} {} for {} {}", outage.tunnel, outage.number,
                                        outage.lasted.value_or(Seconds(-1)).count(), outage.end));
        return words;
    };
    using Words = std::vector<std::string>;
    replay.take(down(100s, 1, 1));
    CHECK(listed(0s) == Words{"db 1 for 900 "});
    replay.take(up_again(130s, 1, 30));
    replay.take(down(200s, 2, 1, "exit", "web"));
    CHECK(listed(0s) == Words{"db 1 for 30 up", "web 2 for 800 "});
    CHECK(listed(130s) == Words{"db 1 for 30 up", "web 2 for 800 "});
    CHECK(listed(131s) == Words{"web 2 for 800 "});
    replay.take(
        {.at = in_november(250s), .event = LedgerEvent::unwanted, .tunnel = "web", .lasted = Seconds(50)});
    CHECK(listed(131s) == Words{"web 2 for 50 unwanted"});
    replay.take(down(300s, 3, 1));
    CHECK_FALSE(replay.outages().is_cut(in_november(0s)));
    replay.take(down(400s, 4, 1, "exit", "web"));
    CHECK(replay.outages().is_cut(in_november(100s)));
    CHECK_FALSE(replay.outages().is_cut(in_november(101s)));
    replay.take(of_daemon(start, 500s, 450s));
    CHECK(listed(0s) == Words{"web 2 for 50 unwanted", "db 3 for 150 unwatched", "web 4 for 50 unwatched"});
    replay.take(up_again(900s, 9, 30));  // of one that began in a file that is gone
    CHECK(listed(600s) == Words{"db 9 for 30 up"});
    CHECK(replay.last_number() == 9);
}
