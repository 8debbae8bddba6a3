#include "autossh/base/alarm.hpp"

#include <utility>

namespace autossh {

Alarm::Alarm(const Executor& executor, std::function<void()> on_time)
    : timer_(executor), on_time_(std::move(on_time))
{}

void Alarm::set(Time when)
{
    lifetime_.renew();
    timer_.expires_at(when);
    timer_.async_wait(lifetime_.guarded([this](const boost::system::error_code& error) {
        const auto on_time = on_time_;  // ours may go while it runs
        if (!error)
            on_time();
    }));
}

void Alarm::set_after(Duration wait)
{
    set(Clock::now() + wait);
}

void Alarm::cancel()
{
    lifetime_.renew();
    timer_.cancel();
}

}  // namespace autossh
