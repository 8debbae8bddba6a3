#include "autossh/ledger/book.hpp"
#include "autossh/ledger/replay.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

using Is = SeenTunnel::Is;

/// So long after the beginning, by both clocks.
BothClocks at(std::chrono::milliseconds time)
{
    return {Time() + 1000h + time, WallTime(std::chrono::seconds(1795910400)) + time};
}

SeenTunnel seen(Is is, const std::string& by = "", std::uint64_t starts = 1)
{
    SeenTunnel tunnel{.is = is, .by = by, .starts = starts};
    if (!by.empty() && by != "request") {
        tunnel.failure_class = "refused";
        tunnel.cause = "refused by it";
    }
    return tunnel;
}

/// "down at 70 by exit (refused), up 10"
std::string in_short(const LedgerEntry& entry)
{
    const auto word = [&] {
        switch (entry.event) {
        case LedgerEvent::down: return "down";
        case LedgerEvent::up: return "up";
        case LedgerEvent::degraded: return "degraded";
        case LedgerEvent::whole: return "whole";
        case LedgerEvent::wanted: return "wanted";
        case LedgerEvent::unwanted: return "unwanted";
        case LedgerEvent::unwatched: return "unwatched";
        default: return "?";
        }
    };
    std::string text = fmt::format("{} at {}", word(), Seconds(entry.at - at(0s).wall).count());
    if (!entry.by.empty())
        text += " by " + entry.by;
    if (!entry.failure_class.empty())
        text += " (" + entry.failure_class + ")";
    if (entry.up)
        text += fmt::format(", was up {}", entry.up->count());
    if (entry.lasted)
        text += fmt::format(", lasted {}", entry.lasted->count());
    if (entry.tries != 0)
        text += fmt::format(", {} tries", entry.tries);
    return text;
}

struct Step {
    std::chrono::seconds when;
    SeenTunnel is;
};

struct Read {
    std::vector<std::string> entries = {};
    std::string sums = {};  ///< "up 10, down 5, planned 0"
};

std::string in_short(const TunnelSums& sums)
{
    std::uint64_t outages = 0;
    for (const OutageCount& count : sums.totals().outages)
        outages += count.number;
    return fmt::format("up {}, down {}, {} outages", sums.totals().up.count(), sums.totals().down.count(),
                       outages);
}

}  // namespace

TEST_CASE("The ledger: a tunnel makes these entries")
{
    struct Row {
        const char* what;
        std::vector<Step> steps;
        std::vector<std::string> entries;
        std::string sums;
    };
    const auto renewed = [](Is is) {
        SeenTunnel tunnel{.is = is, .is_renewed = true, .by = "renewal", .starts = 2};
        return tunnel;
    };
    const std::vector<Row> rows{
        {"it comes up at once, which is no outage",
         {{0s, seen(Is::coming)}, {60s, seen(Is::up)}, {100s, seen(Is::up)}},
         {"up at 60"},
         "up 40, down 0, 0 outages"},
        {"it comes up late",
         {{0s, seen(Is::coming)}, {10s, seen(Is::down, "exit")}, {61s, seen(Is::up, "", 4)}},
         {"down at 0 by exit (refused)", "up at 61, lasted 61, 4 tries"},
         "up 0, down 61, 1 outages"},
        {"it does not come up, and nothing was heard",
         {{0s, seen(Is::coming)}, {61s, seen(Is::coming)}, {70s, seen(Is::coming)}},
         {"down at 0 by start"},
         "up 0, down 70, 1 outages"},
        {"its ssh ends",
         {{0s, seen(Is::up)},
          {100s, seen(Is::ending, "test", 3)},
          {105s, seen(Is::down, "test", 3)},
          {106s, seen(Is::coming, "test", 4)},
          {107s, seen(Is::down, "exit", 4)},
          {110s, seen(Is::coming, "exit", 5)},
          {112s, seen(Is::up, "", 5)},
          {120s, seen(Is::suspect, "", 5)}},
         {"up at 0", "down at 100 by test (refused), was up 100", "up at 112, lasted 12, 2 tries"},
         "up 108, down 12, 1 outages"},
        {"somebody restarts it",
         {{0s, seen(Is::up)},
          {100s, seen(Is::ending, "request")},
          {101s, seen(Is::coming, "request", 2)},
          {102s, seen(Is::up, "", 2)}},
         {"up at 0", "down at 100 by request, was up 100", "up at 102, lasted 2, 1 tries"},
         "up 100, down 2, 0 outages"},
        {"another ssh takes over from a living one",
         {{0s, seen(Is::up)},
          {100s, renewed(Is::ending)},
          {100s, renewed(Is::coming)},
          {101s, renewed(Is::coming)},
          {102s, seen(Is::up, "", 2)},
          {110s, seen(Is::up, "", 2)}},
         {"up at 0"},
         "up 110, down 0, 0 outages"},
        {"the one that takes over ends itself",
         {{0s, seen(Is::up)}, {100s, renewed(Is::ending)}, {102s, seen(Is::down, "exit", 2)}},
         {"up at 0", "down at 100 by exit (refused), was up 100"},
         "up 100, down 2, 1 outages"},
        {"a forward is refused, and a doubt changes nothing",
         {{0s, seen(Is::degraded)}, {10s, seen(Is::suspect)}, {20s, seen(Is::degraded)}, {30s, seen(Is::up)}},
         {"up at 0", "degraded at 0", "whole at 30, lasted 30"},
         "up 30, down 0, 0 outages"},
        {"it is not wanted any more",
         {{0s, seen(Is::up)}, {10s, seen(Is::unwanted)}, {20s, seen(Is::unwanted)}, {30s, seen(Is::coming)}},
         {"up at 0", "unwanted at 10, was up 10"},
         "up 10, down 0, 0 outages"},
        {"it ends with the process, which is no outage",
         {{0s, seen(Is::up)}, {10s, seen(Is::ending)}},
         {"up at 0"},
         "up 10, down 0, 0 outages"},
        {"it gives up",
         {{0s, seen(Is::up)},
          {10s, seen(Is::ending, "exit")},
          {10s, seen(Is::down, "exit")},
          {100s, seen(Is::down, "exit")}},
         {"up at 0", "down at 10 by exit (refused), was up 10"},
         "up 10, down 90, 1 outages"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        TunnelBook book("db");
        std::vector<std::string> entries;
        std::uint64_t last_number = 0;
        LedgerReplay replay(10);
        replay.take({.at = at(0s).wall, .event = LedgerEvent::daemon_start});
        for (const Step& step : row.steps)
            for (const LedgerEntry& entry : book.see(step.is, at(step.when), last_number)) {
                entries.push_back(in_short(entry));
                replay.take(entry);
            }
        const BothClocks end = at(row.steps.back().when);
        CHECK(entries == row.entries);
        CHECK(in_short(book.sums(end)) == row.sums);
        // Who reads the entries again comes to the same, but for what is not known yet.
        if (row.steps.back().is.is != Is::ending) {
            for (const LedgerEntry& entry : book.end(end))
                replay.take(entry);
            replay.take({.at = end.wall, .event = LedgerEvent::daemon_stop});
            const auto& sums = replay.sums();
            CHECK(in_short(sums.empty() ? TunnelSums() : sums.begin()->second) == row.sums);
        }
    }
}

TEST_CASE("The ledger: who wants a tunnel, or not, stands in it")
{
    TunnelBook book("db");
    std::uint64_t last_number = 6;
    CHECK(book.unwant("alice", at(0s)).empty());
    CHECK(in_short(book.want("alice", at(0s)).at(0)) == "wanted at 0 by alice");
    CHECK(book.want("alice", at(1s)).empty());
    CHECK(book.due() == at(60s).time + 1ms);
    CHECK(book.see(seen(Is::down, "exit"), at(61s), last_number).at(0).number == 7);
    CHECK(last_number == 7);
    CHECK_FALSE(book.due().has_value());
    const auto unwanted = book.unwant("alice", at(70s));
    CHECK(in_short(unwanted.at(0)) == "unwanted at 70 by alice, lasted 70");
    CHECK(unwanted.at(0).number == 7);
    CHECK(in_short(book.sums(at(100s))) == "up 0, down 70, 1 outages");
}

/// A machine whose clock stands in 1970 until it is set.
TEST_CASE("The ledger: a clock that is set while a tunnel is as it was changes no length")
{
    using namespace std::chrono;
    const auto before = [](seconds time) { return BothClocks{at(time).time, WallTime(time)}; };
    struct Row {
        const char* what;
        Is is;
        std::string sums;
        const char* outage;
    };
    const std::vector<Row> rows{
        {"up", Is::up, "up 100, down 0, 0 outages", ""},
        {"down", Is::down, "up 10, down 90, 1 outages", "90 unwatched"},
    };
    for (const bool is_killed : {false, true}) {
        for (const Row& row : rows) {
            CAPTURE(row.what, is_killed);
            TunnelBook book("db");
            std::uint64_t number = 0;
            LedgerReplay replay(10);
            const auto take = [&](const TunnelBook::Entries& entries) {
                for (const LedgerEntry& entry : entries)
                    replay.take(entry);
            };
            replay.take({.at = before(0s).wall, .event = LedgerEvent::daemon_start});
            take(book.see(seen(Is::up), before(0s), number));
            take(book.see(seen(row.is, "exit"), before(10s), number));
            // The month has changed by it, so that there is a new file with the sums.
            replay.take({.at = at(50s).wall,
                         .event = LedgerEvent::totals,
                         .tunnel = "db",
                         .lasted = book.length(at(50s)),
                         .totals = book.sums(at(50s)).totals(),
                         .state = book.state()});
            if (is_killed) {
                replay.take({.at = at(100s).wall,
                             .event = LedgerEvent::daemon_start,
                             .last_seen = at(100s).wall,
                             .lived = Seconds(100)});
            } else {
                take(book.end(at(100s)));
                replay.take({.at = at(100s).wall, .event = LedgerEvent::daemon_stop, .lived = Seconds(100)});
            }
            const TunnelSums& sums = replay.sums().at("db");
            CHECK(in_short(sums) == row.sums);
            const auto outages =
                replay.outages().since(WallTime(), at(100s).wall, [](const auto&) { return true; });
            CHECK(outages.size() == (*row.outage == 0 ? 0 : 1));
            for (const OutageFacts& outage : outages)
                CHECK(outage.lasted->count() <= 100);
            if (!is_killed && !outages.empty())
                CHECK(fmt::format("{} {}", outages.at(0).lasted->count(), outages.at(0).end) == row.outage);
            CHECK(sums.watched(at(100s).wall, 24h) * 24 * 3600 < 110);
        }
    }
}

TEST_CASE("The ledger: how long is told by the clock that cannot be set")
{
    TunnelBook book("db");
    std::uint64_t last_number = 0;
    book.see(seen(Is::up), at(0s), last_number);
    BothClocks set = at(100s);
    set.wall += 24h * 365;  // and from now on
    const auto down = book.see(seen(Is::down, "exit"), set, last_number);
    CHECK(*down.at(0).up == Seconds(100));
    CHECK(down.at(0).at == set.wall);
    set.time += 5s;
    set.wall -= 24h * 365;
    const auto up = book.see(seen(Is::up), set, last_number);
    CHECK(*up.at(0).lasted == Seconds(5));
    CHECK(in_short(book.sums(set)) == "up 100, down 5, 1 outages");
    LedgerReplay replay(10);
    replay.take({.at = at(0s).wall, .event = LedgerEvent::up, .tunnel = "db"});
    replay.take(down.at(0));
    replay.take(up.at(0));
    replay.end(set.wall, std::nullopt);
    CHECK(in_short(replay.sums().begin()->second) == "up 100, down 5, 1 outages");
    CHECK(*replay.outages().since(at(0s).wall, set.wall, [](const auto&) { return true; }).at(0).lasted ==
          Seconds(5));
}
