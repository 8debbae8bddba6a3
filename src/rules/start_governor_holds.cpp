// The part of StartGovernor that says who may not start yet, and why.
#include "autossh/rules/start_governor.hpp"
#include "autossh/rules/start_times.hpp"

#include <algorithm>

namespace autossh {

namespace {

using Why = StartHold::Why;

/// Nothing is in the way.
StartHold none()
{
    return {.until = Time{}};
}

}  // namespace

Time StartGovernor::next_change(Time now) const
{
    Time next = never;
    if (waiting_.empty() || places_taken(now, next) >= most_)
        return waiting_.empty() ? never : next;
    next = never;
    for (const auto& [member, entry] : waiting_)
        next = std::min(next, obstacle(member, *entry, now).until);
    return next;
}

StartHold StartGovernor::hold(Member member, Time now) const
{
    const Entry& entry = entries_.at(member);
    StartHold hold = obstacle(member, entry, now);
    if (hold.why != Why::order && hold.why != Why::server_away)
        return hold;
    const Rank own = rank(member, entry);
    for (const auto& [other, waiting] : waiting_) {
        const bool counts = hold.is_for_all || waiting->server == entry.server;
        hold.before += counts && rank(other, *waiting) < own ? 1 : 0;
    }
    return hold;
}

/// Where one that is alone at its server is refused, that harms nobody else.
bool StartGovernor::may_be_refused(const Entry& entry) const
{
    if (entry.server == nullptr || entry.server->members < 2)
        return false;
    return entry.was_refused || entry.account->is_in_doubt();
}

Time StartGovernor::counts_until(const Entry& entry, bool at_server) const
{
    if (!at_server)
        return entry.granted + (entry.login_is_seen ? times::silent_start : times::unseen_start);
    if (!entry.login_is_seen)
        return entry.granted + times::unseen_start_at_server;
    const bool is_scout = entry.server != nullptr && entry.server->is_in_doubt();
    return entry.granted + (is_scout ? times::silent_start : times::start_at_server);
}

/// No rule counts it any longer, whatever becomes of its server. (One whose log-in is not seen stays here
/// else until its end.)
void StartGovernor::forget_old_starts(Time now)
{
    std::erase_if(starting_, [&](const Known& start) {
        const Entry& entry = *start.second;
        const Duration longest = entry.login_is_seen ? times::start_at_server : times::unseen_start_at_server;
        return entry.granted + longest <= now;
    });
}

/// `first_end`: when the first of them will be free, if nothing else happens.
std::size_t StartGovernor::places_taken(Time now, Time& first_end) const
{
    std::size_t taken = 0;
    first_end = never;
    for (const auto& [other, start] : starting_) {
        const Time end = counts_until(*start, false);
        taken += end > now ? 1 : 0;
        first_end = end > now ? std::min(first_end, end) : first_end;
    }
    return taken;
}

std::size_t StartGovernor::starting(Time now) const
{
    Time first_end = never;
    return places_taken(now, first_end);
}

/// Time{} or now: nothing is in the way.
StartHold StartGovernor::obstacle(Member member, const Entry& entry, Time now) const
{
    Time first_end = never;
    const std::size_t in_all = places_taken(now, first_end);
    StartHold places = none();
    places.is_for_all = true;
    if (in_all >= most_)
        places.until = first_end;
    if (entry.server == nullptr)
        return places;
    StartHold hold =
        entry.server->next_start(std::max(entry.asked_at, entry.hoped_at));  // no time is before any
    if (hold.until > now)
        return hold;
    hold = login_obstacle(member, entry, now);
    if (hold.until > now)
        return hold;
    hold = server_obstacle(entry, now);
    return hold.until > now ? hold : places;
}

/// How many are on the way there.
StartHold StartGovernor::server_obstacle(const Entry& entry, Time now) const
{
    const StartServer& server = *entry.server;
    std::size_t here = 0;
    StartHold hold{.why = server.is_away() ? Why::server_away : Why::order};
    for (const auto& [other, start] : starting_) {
        const Time end = counts_until(*start, true);
        if (start->server != entry.server || end <= now)
            continue;
        ++here;
        hold.until = std::min(hold.until, end);
    }
    const bool one_goes_first = server.is_in_doubt() && server.members > 1 && !entry.by_proxy;
    const bool is_alone = one_goes_first || server.is_shut_out() || entry.can_wait;
    const std::size_t most = is_alone ? 1 : most_per_server_;
    return here >= most ? hold : none();
}

StartHold StartGovernor::login_obstacle(Member member, const Entry& entry, Time now) const
{
    if (!may_be_refused(entry))
        return none();
    const Time next = entry.account->next_start(member, entry.asked_at);
    if (next > now)
        return {.why = Why::login_refused, .until = next, .whom = entry.account->trier()};
    std::size_t doubtful = 0;
    Time first_end = never;
    for (const auto& [other, start] : starting_) {
        const Time end = counts_until(*start, true);
        if (start->server != entry.server || !start->is_doubtful || end <= now)
            continue;
        if (start->account == entry.account)
            return {.why = Why::same_login, .until = end, .whom = other};
        ++doubtful;
        first_end = std::min(first_end, end);
    }
    if (entry.by_proxy)
        return none();
    const bool is_new = !entry.was_refused && !entry.account->was_refused();
    if (doubtful >= entry.server->most_doubtful())
        return {.until = first_end};
    return {.why = Why::server_busy, .until = entry.server->next_doubtful_start(member, is_new)};
}

}  // namespace autossh
