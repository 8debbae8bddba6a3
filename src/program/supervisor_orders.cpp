// The part of Supervisor that is told what to do with single tunnels of a fleet, or with another file.
#include "autossh/program/supervisor.hpp"
#include "autossh/settings/fleet_difference.hpp"
#include "autossh/settings/fleet_keys.hpp"

#include <algorithm>
#include <exception>
#include <list>
#include <set>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr const char* no_such_tunnel = "there is no such tunnel";
/// In the place of a tunnel's name, of which no tunnel can have it.
constexpr std::string_view hooks_in_reload = "[[hook]]";
constexpr const char* is_ending = "autossh is about to end";

ReloadMistake as_mistake(const FleetError& error)
{
    return {*error.at.file, error.at.line, error.at.column, error.text, error.remedy};
}

/// "1 start, 2 restart"
std::string counted(const std::vector<ReloadChange>& changes)
{
    std::string words;
    for (const std::string_view what : {"start", "stop", "restart", "forwards", "times", "labels"})
        if (const auto count = std::ranges::count(changes, what, &ReloadChange::what); count > 0)
            words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, what);
    return words.empty() ? "nothing has changed" : words;
}

}  // namespace

std::string Supervisor::give_to_member(Order order, const std::string& name, const std::string& by)
{
    Member* const member = find(name);
    if (member == nullptr)
        return no_such_tunnel;
    switch (order) {
    case Order::stop:
        member->log().info("stop, asked for by {}", by);
        ledger_.unwant(name, by);
        member->stop(true);
        return {};
    case Order::start:
        if (is_stopping_)
            return is_ending;
        member->log().info("start, asked for by {}", by);
        ledger_.want(name, by);
        return member->start();
    case Order::restart:
        if (is_stopping_)
            return is_ending;
        member->log().info("restart, asked for by {}", by);
        return member->restart();
    case Order::retry: break;
    }
    if (!member->is_wanted())
        return "it is stopped";
    if (!member->is_active())  // it has given up
        return is_stopping_ ? is_ending : member->start();
    member->ask(Request::retry, by_order);
    return {};
}

/// What is to be done with a member that the file has still.
ReloadChange Supervisor::change_of(const Member& member, const FleetTunnel& next)
{
    const FleetTunnel& now = member.planned();
    const FleetChange change = change_between(now, next);
    if (now.enabled != next.enabled && !member.is_stopped_by_hand())
        return {next.name, next.enabled ? "start" : "stop", ""};
    if (now.enabled != next.enabled && change == FleetChange::none)
        return {next.name, "labels", ""};
    switch (change) {
    case FleetChange::none: return {next.name, "", ""};
    case FleetChange::labels: return {next.name, "labels", ""};
    case FleetChange::times: return {next.name, "times", ""};
    case FleetChange::forwards: return {next.name, "forwards", difference_of_forwards(now, next)};
    case FleetChange::all: break;
    }
    return {next.name, "restart", ""};
}

ReloadAnswer Supervisor::planned_reload(std::list<KeptTunnel>& next, FleetErrors& errors)
{
    ReloadAnswer answer;
    std::set<std::string, std::less<>> names;
    for (KeptTunnel& kept : next) {
        const FleetTunnel& definition = *kept.definition;
        names.insert(definition.name);
        const Member* const member = find(definition.name);
        ReloadChange change = member == nullptr
                                  ? ReloadChange{definition.name, definition.enabled ? "start" : "labels", ""}
                                  : change_of(*member, definition);
        const bool is_wanted = member != nullptr ? member->is_wanted() : definition.enabled;
        if (change.what == "start" || (change.what == "restart" && is_wanted))
            take_secrets(kept, world_.versions, errors);
        if (!change.what.empty())
            answer.changes.push_back(std::move(change));
    }
    for (const Member& member : members_)  // first: another one may want what they have
        if (!member.is_dismissed() && !names.contains(member.name()))
            answer.changes.insert(answer.changes.begin(),
                                  {member.name(), "stop", "it is not in the file any more"});
    return answer;
}

void Supervisor::carry_out(const ReloadChange& change, std::list<KeptTunnel>& next)
{
    const auto kept =
        std::ranges::find(next, change.tunnel, [](const KeptTunnel& one) { return one.definition->name; });
    Member* const member = find(change.tunnel);
    if (kept == next.end()) {
        ledger_.unwant(change.tunnel, "reload");
        return member->dismiss();
    }
    if (change.what == "stop")
        ledger_.unwant(change.tunnel, "reload");
    if (change.what == "start")
        ledger_.want(change.tunnel, "reload");
    KeptTunnel its = std::move(*kept);
    next.erase(kept);
    if (member == nullptr)
        return add(std::move(its)).begin();
    const FleetChange difference = change_between(member->planned(), *its.definition);
    const bool is_made_anew =
        member->is_to_become() || change.what == "restart" || difference == FleetChange::all;
    if (!is_made_anew && change.what != "start" && change.what != "stop")
        return member->take_over(*its.definition, difference);
    member->become(std::move(its));
}

/// What a reload has opened, and is not to be.
void Supervisor::forget_prepared()
{
    if (hub_)
        hub_->forget_prepared();
    if (metrics_)
        metrics_->forget_prepared();
}

/// Each part only where there is no mistake before it: what is opened is opened for a reload that will be.
void Supervisor::plan(Reload& reload)
{
    FleetErrors& errors = reload.plan.errors;
    if (errors.empty())
        reload.answer = planned_reload(reload.tunnels, errors);
    if (errors.empty())
        plan_hub(reload);
    if (errors.empty())
        plan_metrics(reload);
    if (hooks_.settings() != reload.plan.hooks)
        reload.answer.changes.push_back({std::string(hooks_in_reload), "labels", ""});
}

ReloadAnswer Supervisor::reload(bool dry_run, const std::string& by)
{
    if (!read_again_)
        return {.refused = "it keeps the one tunnel of its command line, and has no file"};
    if (is_stopping_)
        return {.refused = is_ending};
    Reload reload;
    try {
        reload.plan = read_again_();
        reload.tunnels = kept_tunnels(reload.plan, directory_);
        plan(reload);
    } catch (const std::exception& error) {
        return {.refused = error.what()};
    }
    ReloadAnswer& answer = reload.answer;
    const FleetErrors& errors = reload.plan.errors;
    if (dry_run || !errors.empty())
        forget_prepared();
    if (!errors.empty()) {
        config_refused_ = config_refused_ || !dry_run;
        log_.write(Level::warning, "not reloaded, as the file has mistakes; the first: {}", errors.first());
        if (!dry_run)
            hooks_.see_reload(by, {}, errors.first());
        answer.changes.clear();
        std::ranges::transform(errors.all(), std::back_inserter(answer.mistakes), as_mistake);
    }
    if (dry_run || !errors.empty())
        return std::move(answer);
    files_have_changed_ = std::move(reload.plan.files_have_changed);
    config_read_ = std::chrono::system_clock::now();
    config_refused_ = false;
    world_.starts.set_limits(reload.plan.starts);
    for (const ReloadChange& change : answer.changes)
        if (is_fleet_name(change.tunnel))
            carry_out(change, reload.tunnels);
    take_over_hub(reload);
    take_over_metrics(reload);
    hooks_.set(reload.plan.hooks, labels());
    log_.info("reloaded, asked for by {}: {}", by, counted(answer.changes));
    hooks_.see_reload(by, counted(answer.changes), {});
    status_has_changed();
    return std::move(answer);
}

}  // namespace autossh
