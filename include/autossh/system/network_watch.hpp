// Tells when the network has changed (Linux: rtnetlink). Elsewhere it never tells.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/system/network_messages.hpp"
#include "autossh/system/network_state.hpp"

#include <functional>
#include <optional>

namespace autossh {

/// Sleeps while nothing happens.
class NetworkWatch {
public:
    /// `on_event`: at once, something has happened that may matter. `on_change`: a moment after the first of
    /// such events, when they have come together, and only if something that matters is different.
    /// Throws nothing for want of rtnetlink.
    NetworkWatch(const Executor& executor, std::function<void()> on_event, std::function<void()> on_change);
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;

    /// False: the system does not tell, or no longer.
    bool works() const { return socket_.is_open(); }

private:
    NetworkNews drain();
    void take(const NetworkNews& news);
    void look();

    Descriptor socket_;
    Readable<Descriptor> readable_;
    Alarm gathered_;
    std::function<void()> on_event_;
    std::function<void()> on_change_;
    NetworkMessages messages_;
    std::optional<NetworkState> state_;  ///< as last seen
    bool gathers_ = false;
    bool route_changed_ = false;
};

}  // namespace autossh
