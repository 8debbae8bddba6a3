// What the waits before this one have taught: when the next may be cut short. Pure: the time is given.
#pragma once

#include "autossh/backoff.hpp"
#include "autossh/time.hpp"

#include <optional>

namespace autossh {

/// What is known before a wait.
struct WaitBasis {
    Duration wait{};
    FailureClass failure = FailureClass::other;  ///< what ssh has ended of
    bool secret_refused = false;                 ///< by the server, perhaps: only its own time ends the wait
    bool knocks = false;                         ///< the server may be asked whether it is back
    bool minds_network = false;                  ///< without a way to the server no try is spent
    Time trouble_since{};                        ///< when the first of the failures in a row was seen
    Time earliest_by_network{};  ///< a change of the network starts no ssh before; Time::max(): none
};

class WaitHistory {
public:
    /// `may_knock`: the settings allow it.
    WaitBasis before(Duration wait, const std::optional<LastSession>& last, bool may_knock, Time now);

    /// `answered`: it was a knock that has ended the wait. `cut_by_network`: a change of the network.
    void after(bool answered, bool cut_by_network, Time now);

private:
    std::optional<Time> trouble_since_;       ///< since when no log-in has succeeded
    std::optional<Time> started_by_network_;  ///< the last start that a change of the network brought forward
    bool started_by_knock_ = false;           ///< the last start came of the server's answer to a knock
    bool knocked_in_vain_ = false;            ///< it did not lead to a log-in
};

}  // namespace autossh
