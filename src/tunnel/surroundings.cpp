#include "autossh/tunnel/surroundings.hpp"

#include <utility>

namespace autossh {

namespace {

/// A timer that is so late tells of a time in which we were not there: frozen, or asleep.
constexpr Duration frozen = std::chrono::seconds(5);

}  // namespace

Surroundings::Surroundings(const Executor& executor, Event& event)
    : event_(event), network_(
                         executor,
                         [this] {
                             news_.network_event = true;
                             event_.notify();
                         },
                         [this] {
                             news_.network_changed = true;
                             event_.notify();
                         }),
      sleep_(executor, [this] {
          news_.woken = true;
          event_.notify();
      })
{}

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
    sleep_.look();
    if (deadline != never && Clock::now() - deadline > frozen)
        news_.woken = true;
}

}  // namespace autossh
