#include "autossh/system/machine.hpp"

#include <utility>

namespace autossh {

void Machine::watch()
{
    if (network_)
        return;
    network_.emplace(
        executor_, [this] { tell_all(MachineEvent::network_event); },
        [this] { tell_all(MachineEvent::network_changed); });
    sleep_.emplace(executor_, [this] { tell_all(MachineEvent::woken); });
}

Machine::Subscription Machine::subscribe(std::function<void(MachineEvent)> tell)
{
    std::erase_if(subscribers_, [](const auto& subscriber) { return subscriber.expired(); });
    auto subscription = std::make_shared<const std::function<void(MachineEvent)>>(std::move(tell));
    subscribers_.push_back(subscription);
    return subscription;
}

void Machine::look()
{
    if (sleep_)
        sleep_->look();
}

void Machine::tell_all(MachineEvent event)
{
    std::erase_if(subscribers_, [](const auto& subscriber) { return subscriber.expired(); });
    for (const auto& subscriber : std::vector(subscribers_))  // a subscriber may subscribe another
        if (const auto tell = subscriber.lock())
            (*tell)(event);
}

}  // namespace autossh
