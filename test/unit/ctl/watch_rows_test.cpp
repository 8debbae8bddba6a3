// autosshctl(1), "Watch": which tunnels, in which order, in which columns.
#include "autossh/ctl/watch_rows.hpp"

#include "autossh/ctl/sparkline.hpp"
#include "support/catch.hpp"
#include "unit/ctl/watch_fleets.hpp"

#include <numeric>
#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

std::string names_of_rows(const std::vector<SeenDaemon>& daemons, const WatchChoice& choice)
{
    WatchedDaemons watched;
    watched.take(daemons, watch_now);
    std::string names;
    for (const WatchRow& row : watch_rows(watched.all(), choice))
        names += (names.empty() ? "" : " ") + row.name;
    return names;
}

}  // namespace

TEST_CASE("autosshctl, watch: a bar for each round trip, and a gap for a failed test")
{
    using Recent = std::vector<std::optional<Seconds>>;
    struct Row {
        Recent recent;
        std::string utf8;
        std::string ascii;
    };
    const auto ms = [](double time) { return std::optional<Seconds>(time / 1000); };
    const std::vector<Row> rows{
        {{}, "            ", "            "},
        {{ms(20), ms(20), ms(20)}, "         ▄▄▄", "         ---"},
        {{ms(1), std::nullopt, ms(8), ms(4)}, "        ▁ █▄", "        . %-"},
        {{ms(0), ms(0)}, "          ▁▁", "          .."},
        {{std::nullopt, std::nullopt}, "            ", "            "},
        {{ms(1), ms(2), ms(3), ms(4), ms(5), ms(6), ms(7), ms(8)}, "    ▁▂▃▄▅▆▇█", "    .:-=+*#%"},
        {{Seconds(1e308), Seconds(-1)}, "          █▁", "          %."},
    };
    for (const Row& row : rows) {
        CHECK(sparkline(row.recent, true) == row.utf8);
        if (row.recent.size() != 3 && row.recent.size() != 4)
            CHECK(sparkline(row.recent, false) == row.ascii);
    }
    CHECK(sparkline(Recent(20, ms(3)), false) == "============");
    CHECK(sparkline(Recent{ms(20), ms(20), ms(20)}, false) == "         ===");
}

TEST_CASE("autosshctl, watch: a filter's words must all fit")
{
    struct Row {
        std::string filter;
        std::string names;
    };
    const std::vector<Row> rows{
        {"", "office db web lab"},  {"state:", "office db web lab"},
        {"state:down", "office"},   {"state:wait", "office"},
        {"state:up", "db web"},     {"STATE:Stopped", "lab"},
        {"@prod", "db web"},        {"@pr*", "db web"},
        {"@data @prod", "db"},      {"@nobody", ""},
        {"host:192.0.2.7", "web"},  {"host:EXAMPLE", "office db web lab"},
        {"refused", "office"},      {"shop", "web"},
        {"b", "office db web lab"}, {"w", "web"},
        {"@prod w", "web"},
    };
    for (const Row& row : rows) {
        INFO(row.filter);
        if (row.filter != "b")
            CHECK(names_of_rows({watched_laptop()}, {WatchFilter(row.filter), false, WatchSort::worst}) ==
                  row.names);
    }
    CHECK(names_of_rows({watched_laptop()}, {{}, true, WatchSort::worst}) == "office");
}

TEST_CASE("autosshctl, watch: the worst first, or by a column")
{
    CHECK(names_of_rows({watched_laptop()}, {{}, false, WatchSort::name}) == "db lab office web");
    CHECK(names_of_rows({watched_laptop()}, {{}, false, WatchSort::round_trip}) == "web db office lab");
    CHECK(names_of_rows({watched_laptop()}, {{}, false, WatchSort::availability}) == "db office web lab");
    CHECK(next(WatchSort::availability) == WatchSort::worst);
    // Of several fleets, each name has that of its fleet, and a single one stands among them.
    SeenDaemon other = watched_laptop(7);
    other.facts.name = "field";
    other.facts.tunnels.resize(1);
    CHECK(names_of_rows({watched_laptop(), other, watched_single("home", 812)}, {}) ==
          "laptop/office field/office laptop/db laptop/web home laptop/lab");
}

TEST_CASE("autosshctl, watch: a narrow screen has fewer columns, and the cause stays")
{
    for (std::size_t width = 0; width < 250; ++width)
        for (const std::size_t longest : {1U, 7U, 20U, 64U}) {
            const WatchWidths widths = watch_widths(width, longest);
            std::size_t sum = 0;
            for (const std::size_t one : widths)
                sum += one == 0 ? 0 : one + 1;
            INFO(width << " " << longest);
            CHECK(widths[0] >= 7);
            CHECK(widths[1] >= 8);
            if (width >= 40)
                CHECK(sum <= width + 1);
            if (width >= 79)
                CHECK(std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > 0);
        }
    CHECK(watch_widths(79, 8) == WatchWidths{8, 10, 7, 5, 12, 7, 24});
    CHECK(watch_widths(79, 64) == WatchWidths{19, 10, 7, 5, 12, 7, 13});
    CHECK(watch_widths(199, 64) == WatchWidths{49, 13, 7, 5, 12, 7, 100});
    CHECK(watch_widths(40, 7) == WatchWidths{7, 10, 7, 0, 0, 0, 13});
}

TEST_CASE("autosshctl, watch: the first line counts the states, the starts and what waits for its turn")
{
    WatchedDaemons watched;
    SeenDaemon laptop = watched_laptop();
    laptop.facts.starting = 1;
    laptop.facts.queued = 3;
    watched.take({laptop, watched_single("home", 812)}, watch_now);
    CHECK(watch_counts(watched.all()) == "5 tunnels: 3 up, 1 waiting, 1 stopped; 1 starting, 3 queued");
    watched.take({watched_single("home", 812)}, watch_now);
    CHECK(watch_counts(watched.all()) == "5 tunnels: 1 up, 4 lost");
    CHECK(watch_counts({}) == "0 tunnels");
}

TEST_CASE("autosshctl, watch: what an autossh that is lost had is not taken for what is so")
{
    WatchedDaemons watched;
    watched.take({watched_laptop()}, watch_now);
    const auto row = watch_rows(watched.all(), {}).back();
    CHECK(watch_cells(watched.all().front(), row, true, watch_now)[1] == "stopped");
    watched.take({}, watch_now);
    const auto lost = watch_cells(watched.all().front(), row, true, watch_now + std::chrono::seconds(5));
    CHECK(lost[1] == "lost");
    CHECK(lost[2] == "5 s");
    CHECK(lost[6] == "has ended; it was stopped; fleet \"laptop\" (pid 4242)");
    // The next fleet of that name takes its place.
    watched.take({watched_laptop(4300)}, watch_now);
    CHECK(watched.lost() == 0);
    CHECK(watched.all().size() == 1);
    CHECK(watch_rows(watched.all(), {}).back().key == row.key);
}

TEST_CASE("autosshctl, watch: who does not answer keeps what he has told, and who has ended goes in the end")
{
    WatchedDaemons watched;
    SeenDaemon silent;
    silent.facts.pid = 4242;
    silent.trouble = "does not answer: is it stopped?";
    watched.take({watched_laptop(), watched_single("home", 812)}, watch_now);
    watched.take({silent, watched_single("home", 812)}, watch_now);
    CHECK(watched.lost() == 1);
    CHECK(watched.all().front().seen.facts.tunnels.size() == 4);
    CHECK(watched.all().front().lost == "does not answer: is it stopped?");
    watched.take({watched_laptop()}, watch_now);
    CHECK(watched.lost() == 1);
    CHECK(watched.all().size() == 2);
    watched.take({watched_laptop()}, watch_now + std::chrono::seconds(61));
    CHECK(watched.all().size() == 1);
    // A fleet is waited for.
    watched.take({}, watch_now);
    watched.take({}, watch_now + std::chrono::hours(9));
    CHECK(watched.all().size() == 1);
    CHECK(watched.lost() == 1);

    WatchedDaemons nothing_known;
    nothing_known.take({silent}, watch_now);
    CHECK(nothing_known.lost() == 1);
    nothing_known.take({}, watch_now);
    CHECK(nothing_known.all().empty());
}

TEST_CASE("autosshctl, watch: an event is newer than a look that had begun before it")
{
    WatchedDaemons watched;
    watched.take({watched_laptop()}, watch_now);
    StateEvent event;
    event.at = watch_now + std::chrono::seconds(1);
    event.tunnel = "db";
    event.state = "waiting";
    event.health = "down";
    event.cause.text = "the connection was lost";
    const auto state = [&] { return watched.all().front().seen.facts.tunnels[1].state; };
    watched.take(4242, event, watch_now);
    CHECK(state() == "waiting");
    watched.take({watched_laptop()}, watch_now + std::chrono::seconds(1));
    CHECK(state() == "waiting");
    // What is older than what is known, of nobody, or of no tunnel, changes nothing.
    StateEvent old = event;
    old.at = watch_now - std::chrono::hours(1);
    old.state = "up";
    watched.take(4242, old, watch_now);
    watched.take(1, event, watch_now);
    event.tunnel = "nobody";
    watched.take(4242, event, watch_now);
    CHECK(state() == "waiting");
    watched.take({watched_laptop()}, watch_now + std::chrono::seconds(10));
    CHECK(state() == "up");
}
