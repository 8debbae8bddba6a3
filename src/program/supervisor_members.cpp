// The part of Supervisor that is about its tunnels: one, or those of a fleet.
#include "autossh/program/supervisor.hpp"
#include "autossh/rules/fleet_report.hpp"
#include "autossh/rules/status_report.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <unistd.h>

namespace autossh {

Member& Supervisor::add(KeptTunnel kept)
{
    Member& member = members_.emplace_back(process_, std::move(kept));
    // The log of the process lives longer than we, also where we cannot be made.
    member.log().listen(
        lifetime_.guarded([this, &member](std::string_view line) { tell_of_line(member, line); }));
    if (member.is_wanted())
        member.make();
    return member;
}

const Member* Supervisor::find(const std::string& name) const
{
    const auto found = std::ranges::find_if(
        members_, [&](const Member& member) { return name_of(member) == name && !member.is_dismissed(); });
    return found == members_.end() ? nullptr : &*found;
}

Member* Supervisor::find(const std::string& name)
{
    return const_cast<Member*>(std::as_const(*this).find(name));
}

/// Those that are not in the file any more go when they have ended, and not while they call us. One that
/// could not be made may have wanted what they had.
void Supervisor::member_has_changed(Member& member)
{
    const auto is_gone = [](const Member& one) {
        return one.is_dismissed() && !one.is_active() && one.tunnel() == nullptr;
    };
    if (std::ranges::any_of(members_, is_gone))
        boost::asio::post(io_, [this, is_gone] {
            members_.remove_if(is_gone);
            for (Member& one : members_)
                if (!is_stopping_ && one.is_wanted() && one.tunnel() == nullptr && !one.complaint().empty())
                    one.start();
        });
    status_has_changed();
    tell_of_change(member);
}

void Supervisor::keep_ledger(KeptTunnels& kept)
{
    std::vector<std::string> names;
    for (const Member& member : members_)
        names.push_back(name_of(member));
    ledger_.listen([this](const LedgerEntry& entry) { hooks_.take(entry); });
    if (kept.ledger)
        ledger_.keep_in(std::move(*kept.ledger), kept.ledger_size, names);
    else if (!kept.ledger_complaint.empty())
        log_.write(Level::warning, "no ledger is kept: {}", kept.ledger_complaint);
}

/// A fleet lives as long as somebody may start one of its tunnels that is stopped.
void Supervisor::last_has_ended(const Ruling& ruling)
{
    const auto may_go_on = [](const Member& member) {
        return member.is_active() || (!member.is_wanted() && !member.is_dismissed());
    };
    if (is_fleet() && !is_stopping_ && (hub_ || std::ranges::any_of(members_, may_go_on)))
        return;
    end(ruling);
}

/// Whoever has hooks is told what has happened until now: that the last tunnel was given up, above all.
void Supervisor::end(const Ruling& ruling)
{
    ledger_.end();
    last_ = ruling;
    hooks_.hooks().finish(is_stopping_, [this] { io_.stop(); });
}

void Supervisor::tell_hooks(Member& member)
{
    if (hooks_.are_there() && !ledger_.has_ended() && !member.is_dismissed())
        hooks_.see_tunnel(facts_of(member), member.told_state());
}

ServiceState Supervisor::service_state() const
{
    if (!is_fleet()) {
        const Status& status = tunnels_.worst_status();
        return {in_words(status, Clock::now()), status.state == State::up};
    }
    FleetCounts counts;
    for (const Member& member : members_)
        if (!member.is_wanted() && !member.is_active())
            counts.add_stopped();
        else if (member.tunnel() != nullptr)
            counts.add(member.tunnel()->status().state);
        else
            counts.add_not_started();
    const std::string hub = hub_ ? "; hub: " + hub_in_words() : "";
    return {counts.in_words(fleet_) + hub, std::ranges::all_of(members_, &Member::is_tried)};
}

/// The whole first: an autossh that knows of no fleets reads that alone.
std::string Supervisor::fleet_report() const
{
    std::vector<StatusReport> reports;
    Health worst = Health::up;
    for (const Member& member : members_) {
        if (!member.is_wanted() && !member.is_active())
            continue;
        const bool is_there = member.tunnel() != nullptr;
        const Health its = is_there ? health(member.tunnel()->status()) : Health::down;
        reports.push_back({.name = member.name(),
                           .pid = ::getpid(),
                           .health = its,
                           .words = is_there ? in_words(member.tunnel()->status(), Clock::now())
                                             : "not started: " + member.complaint()});
        worst = std::max(worst, its);
    }
    std::ranges::stable_sort(reports, std::greater(), &StatusReport::health);
    std::string text =
        to_text({.name = fleet_, .pid = ::getpid(), .health = worst, .words = service_state().words});
    for (const StatusReport& report : reports)
        text += to_text(report);
    return text;
}

}  // namespace autossh
