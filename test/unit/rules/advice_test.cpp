#include "autossh/rules/advice.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Diagnostics: a remedy is told once for each class of failure in a row")
{
    Advice advice;
    Time now{};
    const auto told = [&](FailureClass failure, bool understood = true) {
        advice.ended_of(failure);
        now += 1s;
        return !advice.due(understood, now).empty();
    };
    CHECK(advice.due(true, now).empty());
    CHECK(told(FailureClass::host_key_changed));
    CHECK(advice.due(true, now).empty());
    CHECK_FALSE(told(FailureClass::host_key_changed));
    CHECK(told(FailureClass::name_not_found));
    CHECK(told(FailureClass::host_key_changed));
    CHECK_FALSE(told(FailureClass::name_not_found, false));
    CHECK(told(FailureClass::name_not_found));
    now += 24h;
    CHECK_FALSE(told(FailureClass::name_not_found));
}

TEST_CASE("Diagnostics: that a forward is refused is told again after 10 minutes")
{
    Advice advice;
    Time now{};
    const auto told_after = [&](Duration time) {
        now += time;
        advice.ended_of(FailureClass::forward_refused);
        return !advice.due(true, now).empty();
    };
    CHECK(told_after(0s));
    CHECK_FALSE(told_after(9min));
    CHECK(told_after(1min));
    CHECK_FALSE(told_after(9min));
}
