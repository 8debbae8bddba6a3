// What happens to the machine and to us while nobody looks: the network changes, time passes unseen.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/system/network_watch.hpp"
#include "autossh/system/sleep_watch.hpp"

namespace autossh {

class Surroundings {
public:
    struct News {
        bool network_event = false;    ///< something has happened that may matter
        bool network_changed = false;  ///< and what belongs to it has been gathered
        bool woken = false;            ///< time has passed unseen: asleep, or frozen
        bool continued = false;        ///< we were stopped (SIGCONT)
    };

    /// `event` is notified of all of them.
    Surroundings(const Executor& executor, Event& event);

    void note_continued();

    /// What has happened since it was last asked.
    News take_news();

    /// False: the system does not tell, or no longer.
    bool tells_of_network() const { return network_.works(); }

    /// As the event's wait; a wake-up that comes far too late is news.
    Awaitable<void> wait_until(Time deadline);

private:
    Event& event_;
    News news_;
    NetworkWatch network_;
    SleepWatch sleep_;
};

}  // namespace autossh
