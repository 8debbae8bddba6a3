// Wakes a coroutine that waits for something to happen or a time to come.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/time.hpp"

#include <list>

#include <boost/asio/experimental/basic_channel.hpp>
#include <boost/asio/experimental/channel_traits.hpp>

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
    /// Asio's own, but with a queue that takes no memory while it is empty (a deque: 576 bytes).
    struct ChannelTraits : boost::asio::experimental::channel_traits<void(boost::system::error_code)> {
        template <typename...>
        struct rebind {
            using other = ChannelTraits;
        };
        template <typename Element>
        struct container {
            using type = std::list<Element>;
        };
    };

    boost::asio::experimental::basic_channel<Executor, ChannelTraits, void(boost::system::error_code)>
        channel_;
    Alarm deadline_;
};

}  // namespace autossh
