#include "autossh/tunnel/forward_watch.hpp"

#include "autossh/ssh/listening_places.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

void ForwardWatch::ssh_starts()
{
    idle_watch_ = {};
    waits_for_idle_ = sockets_noted_ = false;
    rivals_.forget();
}

/// ssh makes them behind the log-in, and before its tunnel is up.
void ForwardWatch::note_sockets(pid_t ssh)
{
    const State state = tracker_.status().state;
    if (state == State::connecting || sockets_noted_)
        return;
    sockets_noted_ = state != State::authenticated;
    left_sockets_.note(ssh, setup_.plan().forwards.places.paths_here());
}

/// Where it is asked for again on the living connection, ssh is not ended for it.
Time ForwardWatch::due() const
{
    return tracker_.asks_again() ? never : retries_.next(facts_.forwards(), settings_);
}

Time ForwardWatch::next_look() const
{
    return std::min(idle_watch_.next_look(due()), tracker_.asks_again() ? rivals_.next_look() : never);
}

void ForwardWatch::look(pid_t ssh, Time now)
{
    claim();
    note_sockets(ssh);
    if (tracker_.asks_again())
        tell_of_rival(now);
    const Time due = this->due();
    const bool is_about_to_retry = now >= due && idle_watch_.is_idle(now);  // somebody may just have come
    if (now < idle_watch_.next_look(due) && !is_about_to_retry)
        return;
    idle_watch_.looked(now, connection_.is_used(ssh, setup_.plan(), setup_.directory()));
    if (now < due)
        return;
    tell_of_rival(now);
    if (idle_watch_.is_used() && !std::exchange(waits_for_idle_, true))
        log_.info("the refused forward is tried again when nobody has a connection open through the tunnel");
}

void ForwardWatch::tell_of_rival(Time now)
{
    if (look_for_rivals(now) == Rivals::News::has_come)
        log_.info("{}: the refused forward is tried again when that one has ended",
                  in_words(*rivals_.rival()));
}

bool ForwardWatch::retry_is_due(Time now) const
{
    if (now < due() || !idle_watch_.is_idle(now) || rivals_.rival())
        return false;
    // As long as somebody has the only ones that were refused, a restart is for nothing.
    const bool all_are_here = refused_on_server(tracker_.client_state().refused_forwards()).empty();
    return !all_are_here || !held_places().are_held();
}

HeldPlaces ForwardWatch::held_places() const
{
    const SshPlan& plan = setup_.plan();
    const bool required = !plan.forwards.are_vital && tracker_.client_state().required_forward_failed();
    std::vector<LocalPlace> places;
    for (const Forward& forward :
         refused_here(plan.forwards.places, tracker_.client_state().refused_forwards()))
        if (!required || forward.need == ForwardNeed::required)
            places.push_back(local_place(forward));
    return {std::move(places), plan.forwards.are_vital || required};
}

void ForwardWatch::ssh_has_ended(std::optional<FailureClass> failure)
{
    claim();
    retries_.note_end(facts_.forwards());
    facts_.note_end(failure);
    for (const std::string& path : left_sockets_.remove_dead())
        log_.info("removed the socket {}, which the last ssh has left behind", path);
}

/// What a dead session of ours may still hold on the server is ours, until somebody else has it.
void ForwardWatch::claim()
{
    const SshPlan& plan = setup_.plan();
    if (!plan.log.is_read)
        return;
    const auto& refused = tracker_.client_state().refused_forwards();
    const State state = tracker_.status().state;
    if (state == State::up || state == State::degraded)
        rivals_.claim(setup_.directory(), claims_of_granted(plan.forwards.places, refused));
    else if (!refused.empty() && (rivals_.rival() || !is_held_by_us(facts_.forwards())))
        rivals_.give_up(setup_.directory(), claims_of_refused(plan.forwards.places, refused));
}

Rivals::News ForwardWatch::look_for_rivals(Time now)
{
    const SshPlan& plan = setup_.plan();
    std::vector<std::string> wanted;
    if (plan.log.is_read && tracker_.client_state().some_forward_failed())
        wanted = claims_of_refused(plan.forwards.places, tracker_.client_state().refused_forwards());
    const Rivals::News news = rivals_.look(wanted, now);
    if (news == Rivals::News::has_come)
        claim();
    if (news == Rivals::News::has_gone)
        facts_.note_rivals_end();
    return news;
}

}  // namespace autossh
