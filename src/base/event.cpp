#include "autossh/base/event.hpp"

#include "autossh/base/coroutine.hpp"

namespace autossh {

Event::Event(const Executor& executor) : channel_(executor, 1), timer_(executor) {}

void Event::notify()
{
    channel_.try_send(boost::system::error_code());  // false: it is awake already
}

Awaitable<void> Event::wait_until(Time deadline)
{
    if (deadline != never) {
        timer_.expires_at(deadline);
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error)
                notify();
        });
    }
    co_await channel_.async_receive(no_throw);
    timer_.cancel();
}

}  // namespace autossh
