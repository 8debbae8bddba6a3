#include "autossh/ledger/entry.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace autossh;

namespace {

WallTime at_second(std::int64_t seconds)
{
    return WallTime(std::chrono::milliseconds(1000 * seconds + 125));
}

std::vector<LedgerEntry> some_of_each()
{
    const WallTime at = at_second(1795940042);
    return {
        {.at = at, .event = LedgerEvent::daemon_start},
        {.at = at, .event = LedgerEvent::daemon_start, .last_seen = at_second(1795940000)},
        {.at = at, .event = LedgerEvent::daemon_stop, .lived = Seconds(12.5)},
        {.at = at,
         .event = LedgerEvent::down,
         .tunnel = "db",
         .number = 17,
         .failure_class = "refused",
         .cause = "refused by 192.0.2.1 port 22",
         .by = "exit",
         .up = Seconds(12.5)},
        {.at = at, .event = LedgerEvent::down, .tunnel = "db", .number = 18, .by = "request"},
        {.at = at, .event = LedgerEvent::up, .tunnel = "db"},
        {.at = at,
         .event = LedgerEvent::up,
         .tunnel = "db",
         .number = 17,
         .lasted = Seconds(131.25),
         .tries = 4},
        {.at = at, .event = LedgerEvent::degraded, .tunnel = "db", .cause = "\"web\" is refused"},
        {.at = at, .event = LedgerEvent::whole, .tunnel = "db", .lasted = Seconds(3)},
        {.at = at, .event = LedgerEvent::wanted, .tunnel = "db", .by = "autosshctl (pid 812, uid 1000)"},
        {.at = at, .event = LedgerEvent::unwanted, .tunnel = "db", .by = "reload", .up = Seconds(5)},
        {.at = at,
         .event = LedgerEvent::totals,
         .tunnel = "db",
         .totals = TotalFacts{Seconds(100.5), Seconds(3), {{"refused", 2}}},
         .state = "up"},
        {.at = at, .event = LedgerEvent::unwatched, .tunnel = "db", .number = 3, .lasted = Seconds(2)},
    };
}

}  // namespace

TEST_CASE("The ledger: entries are read as they were written")
{
    for (const LedgerEntry& entry : some_of_each()) {
        const std::string line = to_line(entry);
        CAPTURE(line);
        REQUIRE(line.ends_with('\n'));
        CHECK(line.find('\n') == line.size() - 1);
        const auto read = entry_from(std::string_view(line).substr(0, line.size() - 1));
        REQUIRE(read.has_value());
        CHECK(*read == entry);
        for (std::size_t size = 0; size < line.size() - 1; ++size)  // torn
            CHECK_FALSE(entry_from(line.substr(0, size)).has_value());
    }
}

TEST_CASE("The ledger: the lines are those of the manual")
{
    struct Row {
        std::size_t entry;
        std::string line;
    };
    const std::vector<Row> rows{
        {0, R"({"v":1,"at":"2026-11-29T08:14:02.125Z","ev":"daemon","is":"start"})"},
        {3, R"({"v":1,"at":"2026-11-29T08:14:02.125Z","ev":"down","tunnel":"db","n":17,"class":"refused",)"
            R"("cause":"refused by 192.0.2.1 port 22","by":"exit","up_s":12.5})"},
        {6, R"({"v":1,"at":"2026-11-29T08:14:02.125Z","ev":"up","tunnel":"db","n":17,"lasted_s":131.25,)"
            R"("tries":4})"},
        {11, R"({"v":1,"at":"2026-11-29T08:14:02.125Z","ev":"totals","tunnel":"db","up_s":100.5,"down_s":3,)"
             R"("outages":[{"class":"refused","number":2}],"state":"up"})"},
        {12, R"({"v":1,"at":"2026-11-29T08:14:02.125Z","ev":"unwatched","tunnel":"db","n":3,"lasted_s":2})"},
    };
    for (const Row& row : rows)
        CHECK(to_line(some_of_each()[row.entry]) == row.line + "\n");
}

TEST_CASE("The ledger: a line is short, whatever a server has said")
{
    LedgerEntry entry = some_of_each()[3];
    entry.cause = std::string(10'000, '\x01');
    entry.by = std::string(10'000, '"');
    const std::string line = to_line(entry);
    CHECK(line.size() <= longest_entry);
    CHECK(entry_from(line.substr(0, line.size() - 1)).has_value());
}

TEST_CASE("The ledger: what is no entry is passed over")
{
    const std::vector<std::string> lines{
        "",
        "{}",
        "[]",
        R"({"ev":"up","tunnel":"a"})",
        R"({"at":"2026-11-29T08:14:02Z","ev":"up"})",
        R"({"at":"2026-11-29T08:14:02Z","ev":"later","tunnel":"a"})",
        R"({"at":"2026-11-29T08:14:02Z","ev":"daemon","is":"start","tunnel":"a"})",
        R"({"at":"2026-11-29T08:14:02Z","ev":"daemon","is":"asleep"})",
        R"({"at":"yesterday","ev":"up","tunnel":"a"})",
        R"({"at":"2026-11-29T08:14:02Z","ev":"up","tunnel":"a","lasted_s":-1})",
        R"({"at":"2026-11-29T08:14:02Z","ev":"up","tunnel":"a","lasted_s":1e99})",
        R"({"at":"2026-11-29T08:14:02Z","ev":"up","tunnel":"a"}{"at":)",
    };
    for (const std::string& line : lines) {
        CAPTURE(line);
        CHECK_FALSE(entry_from(line).has_value());
    }
    // Of a newer version: with more than is known here.
    CHECK(entry_from(R"({"v":2,"at":"2026-11-29T08:14:02Z","ev":"up","tunnel":"a","new":{"x":1}})")
              .has_value());
}
