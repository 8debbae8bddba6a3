// The part of Supervisor that clients of the control socket ask and tell.
#include "autossh/base/environment.hpp"
#include "autossh/program/explanation.hpp"
#include "autossh/program/origin.hpp"
#include "autossh/program/supervisor.hpp"
#include "autossh/program/tunnel_facts.hpp"

#include <csignal>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Nobody wants it up, and it is not.
bool is_stopped(const Member& member)
{
    return !member.is_wanted() && !member.is_active();
}

std::string_view state_of(const Member& member)
{
    if (is_stopped(member))
        return "stopped";
    return name(member.tunnel() != nullptr ? member.tunnel()->status().state : State::gave_up);
}

TwoClocks clocks_now()
{
    return {Clock::now(), std::chrono::system_clock::now()};
}

/// Of one that has no ssh: it is stopped, or could not be made.
TunnelFacts facts_without_tunnel(const Member& member, const TunnelSettings& its)
{
    TunnelFacts facts;
    facts.forwards = forwards_by_words(its);
    facts.health = is_stopped(member) ? "stopped" : "down";
    if (!is_stopped(member))
        facts.words = facts.cause.text = "not started: " + member.complaint();
    else
        facts.words = member.is_stopped_by_hand() ? "stopped by hand" : "not enabled";
    return facts;
}

}  // namespace

const std::string& Supervisor::name_of(const Member& member) const
{
    return is_fleet() ? member.name() : settings_.log.tunnel;
}

TunnelLabel Supervisor::label_of(const Member& member) const
{
    const FleetTunnel* const definition = member.definition();
    return {name_of(member), definition != nullptr ? definition->groups : std::vector<std::string>()};
}

std::vector<TunnelLabel> Supervisor::labels() const
{
    std::vector<TunnelLabel> labels;
    for (const Member& member : members_)
        if (!member.is_dismissed())
            labels.push_back(label_of(member));
    return labels;
}

TunnelFacts Supervisor::facts_of(const Member& member) const
{
    const FleetTunnel* const definition = member.definition();
    const TunnelSettings& its = definition != nullptr ? definition->settings.tunnel : settings_.tunnel;
    TunnelFacts facts = member.tunnel() == nullptr || is_stopped(member)
                            ? facts_without_tunnel(member, its)
                            : autossh::facts_of(*member.tunnel(), its, clocks_now());
    facts.name = name_of(member);
    facts.state = state_of(member);
    if (facts.host.empty())
        facts.host = host_of(its, choices_of(its.ssh));
    facts.wanted = member.is_wanted();
    ledger_.fill(facts);
    if (!facts.wanted)
        facts.stopped = member.is_stopped_by_hand() ? "by hand" : "not enabled";
    if (definition == nullptr) {
        facts.origin = in_words(own_origin(settings_.background));
        return facts;
    }
    facts.groups = definition->groups;
    facts.description = definition->description;
    facts.origin = fmt::format("{}:{}", *definition->at.file, definition->at.line);
    return facts;
}

DaemonFacts Supervisor::facts(const std::function<bool(const std::string&)>& is_meant) const
{
    DaemonFacts facts{.name = is_fleet() ? fleet_ : settings_.log.tunnel,
                      .kind = is_fleet() ? "fleet" : "single",
                      .pid = ::getpid(),
                      .version = AUTOSSH_VERSION,
                      .user = own_user_name(),
                      .config = file_,
                      .config_newer = files_have_changed_ && files_have_changed_(),
                      .tunnels = {},
                      .starting = world_.starts.starting(),
                      .queued = world_.starts.queued(),
                      .config_read = config_read_,
                      .config_refused = config_refused_,
                      .hub = hub_in_words(),
                      .hooks = hooks_.facts()};
    for (const Member& member : members_)
        if (!member.is_dismissed() && is_meant(name_of(member)))
            facts.tunnels.push_back(facts_of(member));
    return facts;
}

std::string Supervisor::give(Order order, const std::string& tunnel, const std::string& by)
{
    return is_fleet() ? give_to_member(order, tunnel, by) : give_to_only(order, by);
}

/// As the signals do it.
std::string Supervisor::give_to_only(Order order, const std::string& by)
{
    Member& member = members_.front();
    switch (order) {
    case Order::start:
        return fmt::format("it is not stopped; a tunnel of no fleet is started again as it was before: {}",
                           way_to_start(own_origin(settings_.background)));
    case Order::stop:
        log_.info("to be stopped: asked for by {}", by);
        take_signal(SIGTERM);
        break;
    case Order::restart:
        log_.info("to be restarted: asked for by {}", by);
        take_signal(SIGUSR1);
        break;
    case Order::retry: member.ask(Request::retry, SIGHUP); break;
    }
    return {};
}

std::vector<std::string> Supervisor::last_lines(const std::string& tunnel, std::size_t most) const
{
    const Member* const meant = find(tunnel);
    return meant == nullptr ? std::vector<std::string>() : meant->log().last_lines(most);
}

std::string Supervisor::explain(const std::string& tunnel) const
{
    const Member* const meant = find(tunnel);
    if (meant == nullptr)
        return "";
    if (meant->tunnel() == nullptr)
        return facts_without_tunnel(*meant, meant->definition()->settings.tunnel).words + "\n";
    const Session& session = meant->tunnel()->session();
    const auto& answer = session.setup().answer();
    return explanation(meant->definition() != nullptr ? meant->definition()->settings : settings_,
                       session.setup().prepared(), answer ? answer->config : std::nullopt,
                       session.status_tracker().figures().loop_port.value_or(0));
}

OutagesFacts Supervisor::outages(const OutagesQuestion& question,
                                 const std::vector<std::string>& tunnels) const
{
    return ledger_.outages(question, tunnels);
}

void Supervisor::note_in_ledger(Member& member)
{
    SeenTunnel seen;
    if (member.is_wanted() && member.tunnel() != nullptr)
        seen = seen_of(*member.tunnel());
    else if (member.is_wanted())
        seen = {.is = member.is_active() ? SeenTunnel::Is::coming : SeenTunnel::Is::down,
                .cause = member.complaint()};
    ledger_.see(name_of(member), seen);
    tell_hooks(member);
}

void Supervisor::tell_of_change(Member& member)
{
    note_in_ledger(member);
    const std::string_view state = state_of(member);
    const std::string_view before = std::exchange(member.told_state(), state);
    if (before == state || (!control_.has_clients() && !(observers_ && observers_->has_clients())))
        return;
    const TunnelFacts facts = facts_of(member);
    const StateEvent event{.at = facts.since.value_or(std::chrono::system_clock::now()),
                           .tunnel = facts.name,
                           .state = facts.state,
                           .before = std::string(before),
                           .health = facts.health,
                           .cause = facts.cause};
    control_.tell(label_of(member), event);
    if (observers_)
        observers_->tell(label_of(member), event);
}

void Supervisor::tell_of_line(const Member& member, std::string_view line)
{
    if (control_.has_clients())
        control_.tell(label_of(member), line);
    if (observers_ && observers_->has_clients())
        observers_->tell(label_of(member), line);
}

void Supervisor::listen_to_observers(const std::string& group)
{
    ControlTarget& target = *this;
    observers_ = std::make_unique<ControlServer>(ControlServer::Clients::observers, target, log_);
    observer_socket_ = std::make_unique<ObserverSocket>(
        io_.get_executor(), observer_path(environment_variable), group,
        [this](StreamSocket client) { observers_->take(std::move(client)); });
}

}  // namespace autossh
