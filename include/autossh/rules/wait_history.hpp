// What the waits before this one have taught: how long the next is, and what may cut it short. Pure: the time
// is given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/comeback.hpp"
#include "autossh/rules/login_budget.hpp"

#include <optional>

namespace autossh {

/// What is known before a wait.
struct WaitBasis {
    Duration wait{};
    FailureClass failure = FailureClass::other;  ///< what ssh has ended of
    Pace pace = Pace::usual;
    bool secret_refused = false;  ///< by the server, perhaps: only its own time ends the wait
    bool knocks = false;          ///< the server may be asked whether it is back
    bool minds_network = false;   ///< without a way to the server no try is spent
    Time trouble_since{};         ///< when the first of the failures in a row was seen
    Time earliest_by_network{};   ///< a change of the network starts no ssh before; Time::max(): none
    Time earliest_by_login{};     ///< nor does what may mend a refused log-in
};

/// Manual, "Backoff", "Refused log-ins" and "Network changes and sleep".
class WaitHistory {
public:
    explicit WaitHistory(const TunnelSettings& settings) : comeback_(settings) {}

    /// `may_knock`: the settings allow it. `chance`: as for Backoff.
    WaitBasis before(const std::optional<LastSession>& last, bool may_knock, double chance, Time now);

    /// `answered`: it was a knock that has ended the wait. `cut_by_network`: a change of the network.
    void after(bool answered, bool cut_by_network, Time now);

    /// How many starts in a row came too soon after the one before.
    long tries() const { return comeback_.tries(); }

private:
    bool may_knock(const LastSession& last);
    Time next_hope() const;

    Comeback comeback_;
    LoginBudget budget_;
    std::optional<Time> trouble_since_;       ///< since when no log-in has succeeded
    std::optional<Time> started_by_network_;  ///< the last start that a change of the network brought forward
    int hopes_ = 0;                           ///< how many of those, since the last log-in
    bool started_by_knock_ = false;           ///< the last start came of the server's answer to a knock
    bool knocked_in_vain_ = false;            ///< it did not lead to a log-in
};

}  // namespace autossh
