#include "autossh/rules/advice.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Diagnostics: a remedy is told once for each in a row, and again after 10 minutes")
{
    Advice advice;
    Time now{};
    const auto told = [&](const Failure& failure, Duration time = 1s, bool understood = true) {
        advice.note(failure);
        now += time;
        return advice.due(understood, now);
    };
    const Failure changed{FailureClass::host_key_changed, "x"};
    const Failure refused{FailureClass::refused, "x", "start sshd on gw"};
    CHECK(advice.due(true, now).empty());
    CHECK(told(changed) == remedy(FailureClass::host_key_changed));
    CHECK(advice.due(true, now).empty());
    CHECK(told(changed).empty());
    CHECK(told(refused) == "start sshd on gw");
    CHECK(told({FailureClass::refused, "y", "start sshd on gw"}).empty());
    CHECK(told({FailureClass::refused, "y", "start sshd on gate"}) == "start sshd on gate");
    CHECK(told(changed, 1s, false).empty());
    CHECK_FALSE(told(changed).empty());
    CHECK(told(changed, 9min).empty());
    CHECK_FALSE(told(changed, 1min).empty());
    CHECK(told(changed, 9min).empty());
    CHECK(advice.current() == remedy(FailureClass::host_key_changed));
    CHECK(told({FailureClass::other, "z"}).empty());
    CHECK(advice.current().empty());
}
