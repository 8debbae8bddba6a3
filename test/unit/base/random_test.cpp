#include "autossh/base/random.hpp"
#include "support/catch.hpp"

#include <set>

using namespace autossh;

TEST_CASE("Random numbers are not the same again")
{
    std::set<std::uint32_t> numbers;
    std::uint32_t bits = 0;
    for (int i = 0; i < 100; ++i) {
        const std::uint32_t number = random_number();
        numbers.insert(number);
        bits |= number;
    }
    CHECK(numbers.size() > 95);
    CHECK(bits == 0xffffffff);
}
