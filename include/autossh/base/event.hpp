// Wakes a coroutine that waits for something to happen or a time to come.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/time.hpp"

#include <boost/asio/experimental/channel.hpp>

namespace autossh {

/// For one waiting coroutine. It may wake for nothing, so look at the state, not at the event.
class Event {
public:
    explicit Event(const Executor& executor);

    /// Something has happened. Not lost if nobody waits yet.
    void notify();

    /// Returns after the next notify() or at `deadline`. Sets no timer for `never`: an idle program stays
    /// asleep (Asio wakes every five minutes for any timer, however far).
    Awaitable<void> wait_until(Time deadline);

private:
    boost::asio::experimental::channel<void(boost::system::error_code)> channel_;
    Alarm deadline_;
};

}  // namespace autossh
