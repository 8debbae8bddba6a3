#include "autossh/base/event.hpp"

#include "autossh/base/coroutine.hpp"

namespace autossh {

Event::Event(const Executor& executor) : channel_(executor, 1), deadline_(executor, [this] { notify(); }) {}

void Event::notify()
{
    channel_.try_send(boost::system::error_code());  // false: it is awake already
}

Awaitable<void> Event::wait_until(Time deadline)
{
    if (deadline != never)
        deadline_.set(deadline);
    co_await channel_.async_receive(no_throw);
    deadline_.cancel();
}

}  // namespace autossh
