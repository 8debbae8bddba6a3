// The part of Supervisor that clients of the control socket ask and tell.
#include "autossh/program/explanation.hpp"
#include "autossh/program/origin.hpp"
#include "autossh/program/supervisor.hpp"
#include "autossh/program/tunnel_facts.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

std::string_view word_of(Order order)
{
    switch (order) {
    case Order::start: return "start";
    case Order::stop: return "stop";
    case Order::restart: return "restart";
    case Order::retry: break;
    }
    return "try";
}

TwoClocks clocks_now()
{
    return {Clock::now(), std::chrono::system_clock::now()};
}

}  // namespace

const std::string& Supervisor::name_of(const Member& member) const
{
    return is_fleet() ? member.settings.name : settings_.log.tunnel;
}

const Supervisor::Member* Supervisor::member(const std::string& name) const
{
    const auto found =
        std::ranges::find_if(members_, [&](const Member& one) { return name_of(one) == name; });
    return found == members_.end() ? nullptr : &*found;
}

Supervisor::Member* Supervisor::member(const std::string& name)
{
    return const_cast<Member*>(std::as_const(*this).member(name));
}

TunnelLabel Supervisor::label_of(const Member& member) const
{
    return {name_of(member), member.in_file != nullptr ? member.in_file->groups : std::vector<std::string>()};
}

std::vector<TunnelLabel> Supervisor::labels() const
{
    std::vector<TunnelLabel> labels;
    for (const Member& member : members_)
        labels.push_back(label_of(member));
    return labels;
}

std::string Supervisor::origin_of(const Member& member) const
{
    if (member.in_file != nullptr)
        return fmt::format("{}:{}", *member.in_file->at.file, member.in_file->at.line);
    return in_words(own_origin(settings_.background));
}

TunnelFacts Supervisor::facts_of(const Member& member) const
{
    TunnelFacts facts;
    if (member.tunnel != nullptr)
        facts = autossh::facts_of(*member.tunnel, member.settings, clocks_now());
    else
        facts.words = "not started: " + member.complaint;
    if (member.tunnel == nullptr) {
        facts.state = name(State::gave_up);
        facts.health = "down";
        facts.cause.text = facts.words;
    }
    facts.name = name_of(member);
    facts.origin = origin_of(member);
    if (member.in_file != nullptr) {
        facts.groups = member.in_file->groups;
        facts.description = member.in_file->description;
    }
    return facts;
}

DaemonFacts Supervisor::facts(const std::function<bool(const std::string&)>& is_meant) const
{
    DaemonFacts facts{.name = is_fleet() ? fleet_ : settings_.log.tunnel,
                      .kind = is_fleet() ? "fleet" : "single",
                      .pid = ::getpid(),
                      .version = AUTOSSH_VERSION,
                      .user = own_user_name(),
                      .config = file_};
    struct stat status {};
    const std::time_t started = std::chrono::system_clock::to_time_t(started_);
    facts.config_newer = !file_.empty() && ::stat(file_.c_str(), &status) == 0 && status.st_mtime > started;
    for (const Member& member : members_)
        if (is_meant(name_of(member)))
            facts.tunnels.push_back(facts_of(member));
    return facts;
}

std::string Supervisor::give(Order order, const std::string& tunnel, const std::string& by)
{
    Member* const told = member(tunnel);
    if (told == nullptr)
        return "there is no such tunnel";
    if (is_fleet() && order == Order::start)
        return start_tunnel(tunnel);
    if (is_fleet() && order == Order::stop)
        return stop_tunnel(tunnel);
    if (order == Order::start)
        return fmt::format("it is not stopped; a tunnel of no fleet is started again as it was before: {}",
                           way_to_start(own_origin(settings_.background)));
    if (told->tunnel == nullptr)
        return "not started: " + told->complaint;
    log_of(*told).info("{}: asked for by {}", word_of(order), by);
    switch (order) {
    case Order::restart: told->tunnel->ask(Request::restart, SIGUSR1); break;
    case Order::retry: told->tunnel->ask(Request::retry, SIGHUP); break;
    default: service_manager_.tell_stopping(); told->tunnel->ask(Request::stop, SIGTERM);
    }
    return "";
}

ReloadAnswer Supervisor::reload(bool dry_run, const std::string& by)
{
    if (!is_fleet())
        return {.refused = "it is one tunnel, of a command line: there is no file to read again"};
    log_.info("{}: asked for by {}", dry_run ? "changes of the file" : "reload", by);
    return reload(dry_run);
}

std::vector<std::string> Supervisor::last_lines(const std::string& tunnel, std::size_t most) const
{
    const Member* const meant = member(tunnel);
    return meant == nullptr ? std::vector<std::string>() : log_of(*meant).last_lines(most);
}

std::string Supervisor::explain(const std::string& tunnel) const
{
    const Member* const meant = member(tunnel);
    if (meant == nullptr || meant->tunnel == nullptr)
        return meant == nullptr ? "" : "not started: " + meant->complaint + "\n";
    const Session& session = meant->tunnel->session();
    const auto& answer = session.setup().answer();
    return explanation(meant->in_file != nullptr ? meant->in_file->settings : settings_,
                       session.setup().prepared(), answer ? answer->config : std::nullopt,
                       session.status_tracker().figures().loop_port.value_or(0));
}

/// The log lives on.
Supervisor::~Supervisor()
{
    log_.listen([](std::string_view) {});
}

void Supervisor::follow(Member& member)
{
    log_of(member).listen([this, &member](std::string_view line) {
        if (control_.has_clients())
            control_.tell(label_of(member), line);
    });
}

void Supervisor::tell_of_change(Member& member)
{
    const State state = member.tunnel->status().state;
    const std::optional<State> before = std::exchange(member.told, state);
    if (before == state || !control_.has_clients())
        return;
    const TunnelFacts facts = facts_of(member);
    control_.tell(label_of(member), {.at = facts.since.value_or(std::chrono::system_clock::now()),
                                     .tunnel = facts.name,
                                     .state = facts.state,
                                     .before = before ? std::string(name(*before)) : "",
                                     .health = facts.health,
                                     .cause = facts.cause});
}

}  // namespace autossh
