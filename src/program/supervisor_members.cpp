// The part of Supervisor that is about its tunnels: one, or those of a fleet.
#include "autossh/program/supervisor.hpp"
#include "autossh/rules/fleet_report.hpp"
#include "autossh/rules/status_report.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include <unistd.h>

namespace autossh {

void Supervisor::add(KeptTunnel kept)
{
    Member& member = members_.emplace_back(
        Member{kept.settings, is_fleet() ? std::make_unique<Log>(log_, kept.settings.name) : nullptr,
               LoginHelp{std::move(kept.secrets), caller_.get()}});
    member.in_file = kept.in_file;
    follow(member);
    Log& log = member.log ? *member.log : log_;
    for (const std::string& notice : kept.notices)
        log.info("{}", notice);
    try {
        Tunnel& tunnel = tunnels_.add(member.settings, member.help, log, [this] { set_up_finished(); });
        member.tunnel = &tunnel;
        ++untried_;
        tunnel.watch_status([this, &member] { member_has_changed(member); },
                            [this] {
                                if (!is_fleet())
                                    service_manager_.tell_stopping();
                            });
    } catch (const ConfigError& error) {
        if (!is_fleet())
            throw;
        member.complaint = error.what();
        log.error("not started: {}", member.complaint);
    }
}

void Supervisor::member_has_changed(Member& member)
{
    if (!member.tried && has_been_tried(member.tunnel->status())) {
        member.tried = true;
        --untried_;
    }
    status_has_changed();
    tell_of_change(member);
}

ServiceState Supervisor::service_state() const
{
    if (!is_fleet()) {
        const Status& status = tunnels_.worst_status();
        return {in_words(status, Clock::now()), status.state == State::up};
    }
    FleetCounts counts;
    for (const Member& member : members_)
        if (member.tunnel != nullptr)
            counts.add(member.tunnel->status().state);
        else
            counts.add_not_started();
    for (std::size_t i = 0; i < disabled_; ++i)
        counts.add_disabled();
    return {counts.in_words(fleet_), untried_ == 0};
}

/// The whole first: an autossh that knows of no fleets reads that alone.
std::string Supervisor::fleet_report() const
{
    std::vector<StatusReport> reports;
    Health worst = Health::up;
    for (const Member& member : members_) {
        const bool is_there = member.tunnel != nullptr;
        const Health its = is_there ? health(member.tunnel->status()) : Health::down;
        reports.push_back({.name = member.settings.name,
                           .pid = ::getpid(),
                           .health = its,
                           .words = is_there ? in_words(member.tunnel->status(), Clock::now())
                                             : "not started: " + member.complaint});
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
