#include "autossh/base/log_ring.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <vector>

using namespace autossh;

namespace {

std::size_t size_of(const std::vector<std::string>& lines)
{
    std::size_t size = 0;
    for (const std::string& line : lines)
        size += line.size() + 1;
    return size;
}

}  // namespace

TEST_CASE("Log: the last lines are kept, the oldest go first")
{
    LogRing ring;
    CHECK(ring.last(10).empty());
    ring.add("one");
    ring.add("");
    ring.add("three");
    CHECK(ring.last(10) == std::vector<std::string>{"one", "", "three"});
    CHECK(ring.last(2) == std::vector<std::string>{"", "three"});
    CHECK(ring.last(0).empty());
    for (std::size_t i = 0; i < 1000; ++i)
        ring.add("line " + std::to_string(i));
    const auto lines = ring.last(1000);
    REQUIRE(lines.size() == LogRing::most_lines);
    CHECK(lines.front() == "line 800");
    CHECK(lines.back() == "line 999");
}

TEST_CASE("Log: the lines that are kept have a limit in bytes")
{
    LogRing ring;
    for (std::size_t i = 0; i < 100; ++i)
        ring.add(std::string(1000, static_cast<char>('a' + i % 26)));
    auto lines = ring.last(1000);
    CHECK(size_of(lines) <= LogRing::most_bytes);
    CHECK(size_of(lines) > LogRing::most_bytes - 1001);
    CHECK(lines.back().front() == static_cast<char>('a' + 99 % 26));

    ring.add(std::string(10 * LogRing::most_bytes, 'x'));
    lines = ring.last(1000);
    CHECK(size_of(lines) <= LogRing::most_bytes);
    CHECK(lines.back() == std::string(LogRing::most_bytes / 4, 'x'));
    ring.add("two\nlines");
    CHECK(ring.last(1) == std::vector<std::string>{"two"});
}
