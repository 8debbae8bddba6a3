// What happens to the machine while nobody looks: the network changes, the system sleeps. One watch for all
// tunnels.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/system/network_watch.hpp"
#include "autossh/system/sleep_watch.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace autossh {

enum class MachineEvent {
    network_event,    ///< something has happened to the network that may matter
    network_changed,  ///< and what belongs to it has been gathered
    woken,            ///< the system has slept
};

class Machine {
public:
    explicit Machine(const Executor& executor) : executor_(executor) {}
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    /// Begins to watch, once. Not done by the constructor: the first ssh need not wait for it.
    void watch();

    /// `tell` is called for each event, as long as the subscription lives, which is not longer than this.
    using Subscription = std::shared_ptr<const std::function<void(MachineEvent)>>;
    Subscription subscribe(std::function<void(MachineEvent)> tell);

    /// False: the system does not tell of the network, or no longer, or is not watched yet.
    bool tells_of_network() const { return network_ && network_->works(); }

    /// Tells if the system has slept since the last look. For who is awake anyway.
    void look();

private:
    void tell_all(MachineEvent event);

    Executor executor_;
    std::vector<std::weak_ptr<const std::function<void(MachineEvent)>>> subscribers_;
    std::optional<NetworkWatch> network_;
    std::optional<SleepWatch> sleep_;
};

}  // namespace autossh
