#include "autossh/heartbeat/monitor.hpp"

#include "autossh/heartbeat/heartbeat.hpp"

#include <utility>

namespace autossh {

void Monitor::start_test(const TestLimits& limits, bool again)
{
    abandon();
    if (!again) {
        message_ = make_heartbeat(users_message_);
        first_sent_ = Clock::now();
    }
    testing_ = true;
    test_->start(message_, limits, [this, again](TestResult result) { take_in(std::move(result), again); });
}

void Monitor::take_in(TestResult result, bool again)
{
    if (!result.passed)
        result.round_trip = last_.round_trip;
    else if (again)
        result.round_trip = std::chrono::duration_cast<Duration>(Clock::now() - first_sent_);
    last_ = std::move(result);
    result_ = last_.passed;
    testing_ = false;
    test_->abandon();  // it is over, and takes no memory until the next one
    on_result_();
}

std::optional<bool> Monitor::take_result()
{
    return std::exchange(result_, std::nullopt);
}

void Monitor::abandon()
{
    testing_ = false;
    test_->abandon();
    result_.reset();
}

}  // namespace autossh
