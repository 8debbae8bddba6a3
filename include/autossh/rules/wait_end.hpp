// When one wait before a start of ssh is over: its own time, and what brings that forward. Pure: the time is
// given.
#pragma once

#include "autossh/base/time.hpp"

namespace autossh {

class WaitEnd {
public:
    /// `end`: when nothing else happens. `earliest_by_network`: a change of the network does not bring it
    /// further forward (Time::max(): not at all); `earliest_by_login`: nor does what may mend a refused
    /// log-in.
    WaitEnd(Time end, Time earliest_by_network, Time earliest_by_login)
        : end_(end), earliest_by_network_(earliest_by_network), earliest_by_login_(earliest_by_login)
    {}

    /// What leads to the server has changed, or the machine has woken up.
    void network_changed(Time now);
    /// A key, the agent's list, or another file has changed that the log-in depends on.
    void login_changed(Time now);

    /// Another autossh that has a forward of ours has come (it is awaited until `end`), or has gone (now).
    void move(Time end) { end_ = end; }

    Time time() const { return end_; }
    /// It would have come later but for the network.
    bool cut_by_network() const { return cut_by_network_; }

private:
    Time end_;
    Time earliest_by_network_;
    Time earliest_by_login_;
    bool cut_by_network_ = false;
};

}  // namespace autossh
