#include "autossh/tunnel/surroundings.hpp"

#include <utility>

namespace autossh {

namespace {

/// A timer that is so late tells of a time in which we were not there: frozen, or asleep.
constexpr Duration frozen = std::chrono::seconds(5);

}  // namespace

Surroundings::Surroundings(Machine& machine, Event& event)
    : machine_(machine), event_(event),
      subscription_(machine.subscribe([this](MachineEvent what) { take(what); }))
{}

void Surroundings::take(MachineEvent what)
{
    switch (what) {
    case MachineEvent::network_event: news_.network_event = true; break;
    case MachineEvent::network_changed: news_.network_changed = true; break;
    case MachineEvent::woken: news_.woken = true; break;
    }
    event_.notify();
}

void Surroundings::note_continued()
{
    news_.continued = true;
    event_.notify();
}

Surroundings::News Surroundings::take_news()
{
    return std::exchange(news_, {});
}

Awaitable<void> Surroundings::wait_until(Time deadline)
{
    co_await event_.wait_until(deadline);
    machine_.look();
    if (deadline != never && Clock::now() - deadline > frozen)
        news_.woken = true;
}

}  // namespace autossh
