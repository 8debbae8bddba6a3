#include "autossh/base/boxed.hpp"

#include "support/catch.hpp"

#include <string>
#include <utility>

using namespace autossh;

TEST_CASE("Boxed: a value is there when it is given or made, and gone after reset()")
{
    Boxed<std::string> boxed;
    CHECK_FALSE(boxed);
    CHECK_FALSE(boxed.has_value());
    boxed = std::string("value");
    REQUIRE(boxed);
    CHECK(*boxed == "value");
    CHECK(boxed->size() == 5);
    boxed.reset();
    CHECK_FALSE(boxed);
    boxed.make().append("made");
    CHECK(boxed.make() == "made");
}

TEST_CASE("Boxed: a copy has a value of its own, and what was moved from has none")
{
    Boxed<std::string> boxed(std::string("first"));
    Boxed<std::string> copy = boxed;
    *copy = "second";
    CHECK(*boxed == "first");
    const Boxed<std::string> moved = std::move(copy);
    CHECK(*moved == "second");
    boxed = moved;
    CHECK(*boxed == "second");
    boxed = {};
    CHECK_FALSE(boxed);
    CHECK_FALSE(Boxed<std::string>(boxed));
    CHECK(sizeof boxed == sizeof(void*));
}
