// What has happened to the machine and to us since a tunnel has last looked.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/system/machine.hpp"

namespace autossh {

class Surroundings {
public:
    struct News {
        bool network_event = false;    ///< something has happened that may matter
        bool network_changed = false;  ///< and what belongs to it has been gathered
        bool woken = false;            ///< time has passed unseen: asleep, or frozen
        bool continued = false;        ///< we were stopped (SIGCONT)
    };

    /// `event` is notified of all of them. `spread`: over which time take_for_tests() tells, a moment by
    /// chance.
    Surroundings(Machine& machine, Event& event, Duration spread);

    void note_continued();

    /// What has happened since it was last asked.
    News take_news();
    /// The same for who tests a connection on it: not all tunnels of a process at once.
    News take_for_tests();

    /// False: the system does not tell, or no longer.
    bool tells_of_network() const { return machine_.tells_of_network(); }

    /// As the event's wait; a wake-up that comes far too late is news.
    Awaitable<void> wait_until(Time deadline);

private:
    void take(MachineEvent what);

    Machine& machine_;
    Event& event_;
    News news_;
    Duration spread_;
    Time tests_due_ = never;  ///< as far as there is news for them
    Machine::Subscription subscription_;
};

}  // namespace autossh
