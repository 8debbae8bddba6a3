#include "autossh/tunnel/surroundings.hpp"

#include "autossh/base/random.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

/// A timer that is so late tells of a time in which we were not there: frozen, or asleep.
constexpr Duration frozen = std::chrono::seconds(5);

}  // namespace

Surroundings::Surroundings(Machine& machine, Event& event, Duration spread)
    : machine_(machine), event_(event), spread_(spread),
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
    tests_due_ = never;
    return std::exchange(news_, {});
}

Surroundings::News Surroundings::take_for_tests()
{
    const bool concerns_tests = news_.network_changed || news_.woken;
    if (concerns_tests && tests_due_ == never && spread_ > Duration::zero())
        tests_due_ = Clock::now() + Duration(random_number() % spread_.count());
    if (!concerns_tests || tests_due_ == never || Clock::now() >= tests_due_)
        return take_news();
    return {.continued = std::exchange(news_.continued, false)};
}

Awaitable<void> Surroundings::wait_until(Time deadline)
{
    const Time next = std::min(deadline, tests_due_);
    co_await event_.wait_until(next);
    machine_.look();
    if (next != never && Clock::now() - next > frozen)
        news_.woken = true;
}

}  // namespace autossh
