#include "autossh/base/numbers.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <limits>

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("numbers are read as C integer constants")
{
    struct Row {
        const char* text;
        std::optional<std::int64_t> number;
    };
    const Row rows[] = {
        {"0", 0},
        {"5", 5},
        {"-5", -5},
        {"+5", 5},
        {" 5", 5},
        {"0x10", 16},
        {"0X1f", 31},
        {"010", 8},
        {"-010", -8},
        {"00", 0},
        {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        {"99999999999999999999", std::numeric_limits<std::int64_t>::max()},
        {"-99999999999999999999", std::numeric_limits<std::int64_t>::min()},
        {"", {}},
        {" ", {}},
        {"x", {}},
        {"5x", {}},
        {"5 ", {}},
        {"08", {}},
        {"0x", {}},
        {"1.5", {}},
        {"5s", {}},
        {"--5", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(parse_integer(row.text) == row.number);
    }
}

TEST_CASE("a time is a number of seconds or has a unit")
{
    struct Row {
        const char* text;
        std::optional<Duration> duration;
    };
    const Row rows[] = {
        {"0", 0ms},
        {"30", 30s},
        {"500ms", 500ms},
        {"30s", 30s},
        {"10m", 10min},
        {"2h", 2h},
        {"-1", -1s},
        {"-1m", -1min},
        {"0x10s", 16s},
        {"010m", 8min},
        {" 7", 7s},
        {"4294968", 4294968s},
        {"99999999999999999999", longest_duration},
        {"-99999999999999999999h", -longest_duration},
        {"", {}},
        {"s", {}},
        {"ms", {}},
        {"5 s", {}},
        {"5S", {}},
        {"5d", {}},
        {"5sec", {}},
        {"1h30m", {}},
        {"1.5s", {}},
        {"5x", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(parse_duration(row.text) == row.duration);
    }
}

TEST_CASE("a time can be added to now whatever was given")
{
    CHECK(Clock::now() + *parse_duration("99999999999999999999h") > Clock::now());
}

TEST_CASE("a time is written in seconds, for the log also with its unit")
{
    CHECK(in_seconds(0ms) == "0");
    CHECK(in_seconds(90s) == "90");
    CHECK(in_seconds(1500ms) == "1.500");
    CHECK(with_unit(90s) == "90 s");
    CHECK(with_unit(1500ms) == "1500 ms");
}
