#include "autossh/base/lifetime.hpp"

#include "support/catch.hpp"

#include <memory>
#include <optional>

using namespace autossh;

TEST_CASE("Event loop: a handler is called with its results as long as its owner lives")
{
    int sum = 0;
    std::optional<Lifetime> lifetime(std::in_place);
    auto handler = lifetime->guarded([&sum](int a, std::unique_ptr<int> b) { sum += a + *b; });
    handler(1, std::make_unique<int>(2));
    CHECK(sum == 3);
    lifetime.reset();
    handler(1, std::make_unique<int>(2));
    CHECK(sum == 3);
}

TEST_CASE("Event loop: what was made before a lifetime is renewed is over")
{
    Lifetime lifetime;
    const Lifetime::Observer before = lifetime.observer();
    CHECK_FALSE(before.is_over());
    lifetime.renew();
    CHECK(before.is_over());
    CHECK_FALSE(lifetime.observer().is_over());
}
