#include "autossh/base/text_pool.hpp"

#include "support/catch.hpp"

#include <stdexcept>

using namespace autossh;

TEST_CASE("Text pool: each text is found again, the empty one too")
{
    TextPool<9> pool;
    const PooledText one = pool.add("gate");
    const PooledText none = pool.add("");
    const PooledText other = pool.add("relay");
    CHECK(one.in(pool.data()) == "gate");
    CHECK(none.in(pool.data()).empty());
    CHECK(other.in(pool.data()) == "relay");
}

TEST_CASE("Text pool: a text without room is an error, and nothing is written behind the end")
{
    TextPool<4> pool;
    CHECK_THROWS_AS(pool.add("relay"), std::out_of_range);
}

TEST_CASE("Text pool: a word is one of a list when it is all of one of them")
{
    CHECK(is_one_of("gate relay work", "gate"));
    CHECK(is_one_of("gate relay work", "relay"));
    CHECK(is_one_of("gate relay work", "work"));
    CHECK(!is_one_of("gate relay work", "wor"));
    CHECK(!is_one_of("gate relay work", "relay work"));
    CHECK(!is_one_of("gate relay work", ""));
    CHECK(!is_one_of("", "gate"));
}
