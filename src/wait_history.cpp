#include "autossh/wait_history.hpp"

namespace autossh {

namespace {

/// Interfaces that come and go all day must not make us hammer at a server.
constexpr Duration network_calms_down = std::chrono::seconds(10);

}  // namespace

WaitBasis WaitHistory::before(Duration wait, const std::optional<LastSession>& last, bool may_knock, Time now)
{
    const bool logged_in = last && last->logged_in;
    WaitBasis basis;
    basis.wait = wait;
    basis.failure = last ? last->failure : FailureClass::other;
    basis.secret_refused = last && last->secret_refused;
    if (!trouble_since_ || logged_in)
        trouble_since_ = now;
    basis.trouble_since = *trouble_since_;
    basis.earliest_by_network = started_by_network_.value_or(Time{}) + network_calms_down;
    // A server that answers knocks and lets nobody in shall not be tried without a wait. One that refuses has
    // really closed its port.
    if (logged_in)
        knocked_in_vain_ = false;
    else if (started_by_knock_)
        knocked_in_vain_ = true;
    else if (basis.failure == FailureClass::refused)
        knocked_in_vain_ = false;
    basis.knocks = may_knock && !knocked_in_vain_ && !basis.secret_refused;
    if (basis.secret_refused)  // no other network makes it right
        basis.earliest_by_network = Time::max();
    return basis;
}

void WaitHistory::after(bool answered, bool cut_by_network, Time now)
{
    started_by_knock_ = answered;
    if (cut_by_network)
        started_by_network_ = now;
}

}  // namespace autossh
