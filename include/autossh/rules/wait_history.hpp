// What the waits before this one have taught: how long the next is, and what may cut it short. Pure: the time
// is given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/login_budget.hpp"
#include "autossh/rules/restart_pace.hpp"

#include <optional>

namespace autossh {

/// What is known before a wait.
struct WaitBasis {
    Duration wait{};
    FailureClass failure = FailureClass::other;  ///< what ssh has ended of
    Pace pace = Pace::usual;
    bool secret_refused = false;  ///< by the server, perhaps: only its own time ends the wait
    bool probes_port = false;     ///< the server may be asked whether it is back
    /// Any change of the network, also of what does not lead to the server: its name was not found, or
    /// something on the way has closed the connection.
    bool any_change_counts = false;
    bool minds_network = false;  ///< without a route to the server no try is spent
    Time trouble_since{};        ///< when the first of the failures in a row was seen
    Time earliest_by_network{};  ///< a change of the network starts no ssh before; Time::max(): none
    Time earliest_by_login{};    ///< nor does what may mend a refused log-in
};

/// Manual, "Backoff", "Refused log-ins" and "Network changes and sleep".
class WaitHistory {
public:
    explicit WaitHistory(const TunnelSettings& settings) : pace_(settings) {}

    /// Other times: the waits begin again with the shortest, but what may get us banned is not forgotten.
    void take_over_times(const TunnelSettings& settings) { pace_ = RestartPace(settings); }

    /// `may_probe_port`: the settings allow it. `chance`: as for Backoff.
    WaitBasis before(const std::optional<LastSession>& last, bool may_probe_port, double chance, Time now);

    /// `answered`: the port probe has ended the wait. `cut_by_network`: a change of the network.
    void after(bool answered, bool cut_by_network, Time now);

    /// How many starts in a row came too soon after the one before.
    long tries() const { return pace_.tries(); }

private:
    bool may_probe_port(const LastSession& last);
    Time next_hope() const;

    RestartPace pace_;
    LoginBudget budget_;
    std::optional<Time> trouble_since_;       ///< since when no log-in has succeeded
    std::optional<Time> started_by_network_;  ///< the last start that a change of the network brought forward
    int hopes_ = 0;                           ///< how many of those, since the last log-in
    bool started_by_probe_ = false;  ///< the last start came of the server's answer to the port probe
    bool knocked_in_vain_ = false;   ///< it did not lead to a log-in
};

}  // namespace autossh
