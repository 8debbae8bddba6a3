#include "autossh/control/wall_time.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

using namespace autossh;

TEST_CASE("Control protocol: times are RFC 3339 in UTC")
{
    using std::chrono::milliseconds;
    struct Row {
        std::string text;
        std::optional<std::int64_t> since_1970;  ///< ms; nothing: it is no time
        std::string again;                       ///< as we write it; empty: the same
    };
    const std::vector<Row> rows{
        {"1970-01-01T00:00:00.000Z", 0, {}},
        {"2026-11-29T08:14:02.125Z", 1795940042125, {}},
        {"2024-02-29T23:59:59.999Z", 1709251199999, {}},
        {"2026-11-29T08:14:02Z", 1795940042000, "2026-11-29T08:14:02.000Z"},
        {"2026-11-29T08:14:02.1259999Z", 1795940042125, "2026-11-29T08:14:02.125Z"},
        {"2023-02-29T00:00:00Z", {}, {}},
        {"2026-13-01T00:00:00Z", {}, {}},
        {"2026-11-29T24:00:00Z", {}, {}},
        {"2026-11-29T08:14:02", {}, {}},
        {"2026-11-29T08:14:02+01:00", {}, {}},
        {"2026-11-29 08:14:02Z", {}, {}},
        {"2026-11-29T08:14:02.Z", {}, {}},
        {"2026-11-29T08:14:02.1xZ", {}, {}},
        {"0001-01-01T00:00:00Z", {}, {}},
        {"9999-01-01T00:00:00Z", {}, {}},
        {"Z", {}, {}},
        {"", {}, {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto time = wall_time_from(row.text);
        REQUIRE(time.has_value() == row.since_1970.has_value());
        if (!time)
            continue;
        CHECK(*time == WallTime(milliseconds(*row.since_1970)));
        CHECK(to_text(*time) == (row.again.empty() ? row.text : row.again));
    }
}

TEST_CASE("Facts: a length of time is told to the millisecond, what is no number as it is")
{
    struct Row {
        double seconds;
        double told;
    };
    constexpr Row rows[] = {{0, 0},        {0.0234, 0.023},   {0.0235, 0.024},
                            {1.9996, 2},   {-0.0006, -0.001}, {86400.5, 86400.5},
                            {1e300, 1e300}};
    for (const Row& row : rows) {
        CAPTURE(row.seconds);
        CHECK(to_the_millisecond(Seconds(row.seconds)) == row.told);
    }
    CHECK(std::isnan(to_the_millisecond(Seconds(std::nan("")))));
}
