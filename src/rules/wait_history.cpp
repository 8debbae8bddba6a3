#include "autossh/rules/wait_history.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

namespace {

constexpr int most_doublings = 6;

}  // namespace

WaitBasis WaitHistory::before(const std::optional<LastSession>& last, bool may_probe_port, double chance,
                              Time now)
{
    WaitBasis basis;
    basis.wait = pace_.before_start(last, chance);
    if (!trouble_since_ || (last && last->logged_in))
        trouble_since_ = now;
    basis.trouble_since = *trouble_since_;
    const LastSession none;
    const LastSession& ended = last ? *last : none;
    basis.failure = ended.failure;
    basis.pace = pace_of(ended);
    basis.secret_refused = ended.secret_refused;
    for (const Time refused : ended.refused_beside)
        budget_.note_failure(refused, false);
    basis.any_change_counts = ended.failure == FailureClass::name_not_found ||
                              ended.failure == FailureClass::shut_out ||
                              (ended.failure == FailureClass::connection_lost && !ended.logged_in);
    if (ended.logged_in && basis.pace != Pace::port_still_held)  // that no other network gives back
        hopes_ = 0;
    const bool may_answer = this->may_probe_port(ended);
    basis.probes_port = may_probe_port && may_answer && !basis.secret_refused;
    basis.earliest_by_network = next_hope();
    if (!ended.ran || (basis.pace != Pace::refused_login && basis.pace != Pace::unseen_login))
        return basis;

    budget_.note_failure(now, basis.secret_refused);
    const Time next = budget_.next_start(basis.secret_refused);
    basis.wait = std::max(basis.wait, std::chrono::ceil<Duration>(next - now));
    basis.earliest_by_login = next;
    basis.earliest_by_network =
        std::max({basis.earliest_by_network, next, now + times::refusal_waits.front()});
    if (basis.secret_refused)  // no other network makes it right
        basis.earliest_by_network = Time::max();
    return basis;
}

/// A server that answers knocks and lets nobody in shall not be tried without a wait. One that refuses has
/// really closed its port.
bool WaitHistory::may_probe_port(const LastSession& last)
{
    if (last.logged_in)
        knocked_in_vain_ = false;
    else if (started_by_probe_)
        knocked_in_vain_ = true;
    else if (last.failure == FailureClass::refused)
        knocked_in_vain_ = false;
    return !knocked_in_vain_;
}

Time WaitHistory::next_hope() const
{
    if (!started_by_network_)
        return {};
    const int doublings = std::clamp(hopes_ - 1, 0, most_doublings);
    return *started_by_network_ + std::min(times::network_calms_down * (1 << doublings), times::longest_calm);
}

void WaitHistory::after(bool answered, bool cut_by_network, Time now)
{
    started_by_probe_ = answered;
    if (!cut_by_network)
        return;
    started_by_network_ = now;
    ++hopes_;
    pace_.quicken();
}

}  // namespace autossh
