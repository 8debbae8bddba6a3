#include "autossh/ledger/sums.hpp"

#include "support/catch.hpp"

#include <optional>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

using What = TunnelSums::What;

/// So long after the 29th of November 2026, 00:00 UTC.
WallTime after(std::chrono::milliseconds time)
{
    return WallTime(std::chrono::seconds(1795910400)) + time;
}

constexpr std::chrono::milliseconds days(int number)
{
    return std::chrono::hours(24 * number);
}

struct Length {
    What what;
    std::chrono::milliseconds end;
    std::chrono::milliseconds length;
};

TunnelSums sums_of(const std::vector<Length>& lengths)
{
    TunnelSums sums;
    for (const Length& one : lengths)
        sums.add(one.what, after(one.end), one.length);
    return sums;
}

}  // namespace

TEST_CASE("The ledger: availability is the part of what was watched in a day, a week and a month")
{
    struct Row {
        const char* what;
        std::vector<Length> lengths;
        std::chrono::milliseconds now;
        AvailabilityFacts wanted;  ///< without `watched`
    };
    const std::vector<Row> rows{
        {"nothing", {}, 12h, {}},
        {"less than an hour", {{What::up, 12h, 59min}}, 12h, {}},
        {"an hour", {{What::up, 12h, 1h}}, 12h, {1.0, 1.0, 1.0}},
        {"half of it", {{What::up, 10h, 1h}, {What::down, 11h, 1h}}, 11h, {0.5, 0.5, 0.5}},
        {"all down", {{What::down, 11h, 2h}}, 11h, {0.0, 0.0, 0.0}},
        {"yesterday", {{What::down, -13h, 1h}, {What::up, 12h, 3h}}, 12h, {1.0, 0.75, 0.75}},
        {"a week ago", {{What::down, -days(6), 1h}, {What::up, 12h, 1h}}, 12h, {1.0, 1.0, 0.5}},
        {"more than a month ago", {{What::down, -days(31), 1h}, {What::up, 12h, 1h}}, 12h, {1.0, 1.0, 1.0}},
        {"long before now", {{What::up, 0h, 24h}}, days(40), {}},
        {"over all of them",
         {{What::up, 0h, days(40)}, {What::down, days(1), days(1)}},
         days(1),
         {0.0, 5.0 / 6, 28.0 / 29}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        AvailabilityFacts found = sums_of(row.lengths).availability(after(row.now));
        found.watched.reset();
        const auto differ = [](const std::optional<double>& one, const std::optional<double>& other) {
            return one.has_value() != other.has_value() || (one && std::abs(*one - *other) > 1e-9);
        };
        CHECK_FALSE(differ(found.day, row.wanted.day));
        CHECK_FALSE(differ(found.week, row.wanted.week));
        CHECK_FALSE(differ(found.month, row.wanted.month));
    }
}

TEST_CASE("The ledger: a restart that somebody wanted counts, or is not looked at")
{
    const TunnelSums sums = sums_of({{What::up, 3h, 3h}, {What::planned, 4h, 1h}, {What::down, 5h, 1h}});
    CHECK(*sums.availability(after(5h)).day == 3.0 / 5);
    CHECK(*sums.availability(after(5h), TunnelSums::Outages::unplanned).day == 3.0 / 4);
}

TEST_CASE("The ledger: what was watched is a part of the time that is asked for")
{
    struct Row {
        std::chrono::milliseconds window;
        std::chrono::milliseconds now;
        double wanted;
    };
    const TunnelSums sums = sums_of({{What::up, 12h, 6h}, {What::down, 13h, 1h}});
    const std::vector<Row> rows{
        {1h, 13h, 0.0}, {2h, 13h, 1.0}, {8h, 13h, 1.0}, {days(1), 13h, 7.0 / 23}, {days(2), 13h, 7.0 / 37},
    };
    for (const Row& row : rows) {
        CAPTURE(row.window.count());
        CHECK(std::abs(sums.watched(after(row.now), row.window) - row.wanted) < 1e-9);
    }
}

TEST_CASE("The ledger: sums that were counted apart come to the same as those of one count")
{
    const std::vector<Length> earlier{{What::down, -days(6), 1h}, {What::up, 12h, 3h}};
    const std::vector<std::vector<Length>> laters{
        {},
        {{What::up, 12h + 10min, 10min}},
        {{What::planned, 13h, 30min}, {What::down, 14h, 20min}},
        {{What::up, days(40), 2h}},    // nobody was there for long
        {{What::up, 11h, 1h}},         // the clock was put back,
        {{What::up, -days(60), 2h}}};  // by more than all that is kept
    for (const auto& later : laters)
        for (const auto& before : {earlier, std::vector<Length>()}) {
            CAPTURE(later.size(), before.size());
            std::vector<Length> all = before;
            all.insert(all.end(), later.begin(), later.end());
            const TunnelSums wanted = sums_of(all);
            TunnelSums sums = sums_of(before);
            sums.append(sums_of(later));
            for (const auto now : {std::chrono::milliseconds(-days(60)), std::chrono::milliseconds(12h),
                                   std::chrono::milliseconds(14h), days(40)}) {
                for (const auto outages : {TunnelSums::Outages::all, TunnelSums::Outages::unplanned})
                    CHECK(sums.availability(after(now), outages) == wanted.availability(after(now), outages));
                CHECK(sums.watched(after(now), 24h) == wanted.watched(after(now), 24h));
            }
            CHECK(sums.totals() == wanted.totals());
        }
}

TEST_CASE("The ledger: the clock on the wall may be put back and forth")
{
    TunnelSums sums = sums_of({{What::up, 12h, 2h}});
    sums.add(What::up, after(11h), 1h);  // back, and what was is not lost
    CHECK(*sums.availability(after(12h)).day == 1.0);
    sums.add(What::up, after(days(4000)), 1h);  // by years, and no hour of before is left
    CHECK(*sums.availability(after(days(4000))).day == 1.0);
    CHECK_FALSE(sums.availability(after(12h)).day.has_value());
    sums.add(What::down, after(13h), 1h);  // and back: what is seen from now on counts
    CHECK(*sums.availability(after(13h)).day == 0.0);
    CHECK(sums.totals().up == Seconds(4h));
    CHECK(sums.totals().down == Seconds(1h));
}

TEST_CASE("The ledger: totals go on from those of before")
{
    TunnelSums sums;
    sums.set_totals({Seconds(10), Seconds(2), {{"refused", 3}}});
    sums.add(What::up, after(1h), 500ms);
    sums.add(What::down, after(1h), 250ms);
    sums.count_outage("refused");
    sums.count_outage("");
    CHECK(sums.totals() == TotalFacts{Seconds(10.5), Seconds(2.25), {{"refused", 4}, {"other", 1}}});
}
