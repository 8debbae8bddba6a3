// Manual, "Refused log-ins".
#include "autossh/rules/login_budget.hpp"
#include "support/catch.hpp"
#include "unit/rules/start.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Log-in budget: the fifth failure comes when the first is 10 minutes old")
{
    LoginBudget budget;
    for (int failures = 0; failures < 4; ++failures) {
        CHECK(budget.next_start(false) == Time{});
        budget.note_failure(start + failures * 1min, false);
    }
    CHECK(budget.next_start(false) == start + 10min + 5s);
    CHECK(budget.next_start(true) == start + 10min + 5s);
    budget.note_failure(start + 11min, false);
    CHECK(budget.next_start(false) == start + 11min + 5s);
}

TEST_CASE("Log-in budget: the third wrong secret comes when the first is 15 minutes old")
{
    LoginBudget budget;
    budget.note_failure(start, true);
    CHECK(budget.next_start(true) == Time{});
    budget.note_failure(start + 30s, true);
    CHECK(budget.next_start(true) == start + 15min + 5s);
    CHECK(budget.next_start(false) == Time{});
    budget.note_failure(start + 16min, true);
    CHECK(budget.next_start(true) == start + 15min + 35s);
}
