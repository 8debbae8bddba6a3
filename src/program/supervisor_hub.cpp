// The part of Supervisor that is about boxes, where [hub] stands in the file of the fleet.
#include "autossh/base/numbers.hpp"
#include "autossh/program/supervisor.hpp"

#include <utility>

#include <fmt/format.h>

namespace autossh {

namespace {

/// In the place of a tunnel's name, of which no tunnel can have it.
constexpr std::string_view hub_in_reload = "[hub]";

std::string words_of_wrong_account(const BoxEvent& event, const BoxFacts& facts)
{
    return fmt::format("a message came from the account {}, and the name belongs to {}",
                       event.uid ? facts.wrong_account : "unknown", event.belongs_to);
}

StateEvent state_event(const BoxEvent& event, const BoxFacts& facts)
{
    StateEvent told{
        .at = std::chrono::system_clock::now(),
        .tunnel = {},
        .state = std::string(name(event.state)),
        .before = event.last_seen || event.state != BoxState::alive ? std::string(name(event.before)) : "",
        .health = facts.health,
        .box = event.box};
    if (event.kind == BoxEvent::Kind::lost)
        told.cause.text = event.last_seen ? fmt::format("nothing from it for {}", for_people(event.lasted))
                                          : "it has never been seen";
    if (event.kind == BoxEvent::Kind::wrong_account) {
        told.before = told.state;
        told.cause = {"", words_of_wrong_account(event, facts),
                      "have the box log in to its own account, or correct its account in expect"};
    }
    return told;
}

std::string words_for_log(const BoxEvent& event, const BoxFacts& facts)
{
    switch (event.kind) {
    case BoxEvent::Kind::changed: break;
    case BoxEvent::Kind::lost:
        return event.last_seen ? fmt::format("box {} is lost: nothing from it for {}", event.box,
                                             for_people(event.lasted))
                               : fmt::format("box {} is lost: it has never been seen", event.box);
    case BoxEvent::Kind::back:
        return event.last_seen ? fmt::format("box {} is back, after {}", event.box, for_people(event.lasted))
                               : fmt::format("box {} is there for the first time", event.box);
    case BoxEvent::Kind::wrong_account:
        return fmt::format("box {}: {}", event.box, words_of_wrong_account(event, facts));
    }
    return {};
}

}  // namespace

std::unique_ptr<Hub> Supervisor::new_hub(const HubSettings& settings)
{
    return std::make_unique<Hub>(
        io_.get_executor(), log_, settings, BoxFile(state_directory_, state_complaint_),
        [this](const BoxEvent& event, const BoxFacts& facts) { box_has_changed(event, facts); });
}

/// Before a tunnel is made: who asks for a port that somebody else has is told before anything is started.
void Supervisor::open_hub(const HubSettings& settings)
{
    hub_ = new_hub(settings);
    if (const auto obstacles = hub_->prepare(settings); !obstacles.empty())
        throw ConfigError(fmt::format("hub: {}", obstacles.front().text));
    hub_->take_over(settings);
    log_.info("hub: listening on {}", fmt::join(hub_->places(), ", "));
}

/// The one place where an alarm of the hub becomes known: to the log, to clients, to the service manager.
void Supervisor::box_has_changed(const BoxEvent& event, const BoxFacts& facts)
{
    const bool is_warning = event.kind == BoxEvent::Kind::lost || event.kind == BoxEvent::Kind::wrong_account;
    if (const std::string words = words_for_log(event, facts); !words.empty())
        log_.write(is_warning ? Level::warning : Level::info, "{}", words);
    const StateEvent told = state_event(event, facts);
    hooks_.see_box(event, told);
    control_.tell(TunnelLabel(), told);
    if (observers_)
        observers_->tell(TunnelLabel(), told);
    if (event.kind == BoxEvent::Kind::lost || event.kind == BoxEvent::Kind::back)
        status_has_changed();
}

std::optional<HubFacts> Supervisor::hub() const
{
    return hub_ ? std::optional(hub_->facts()) : std::nullopt;
}

std::string Supervisor::forget(const std::string& box, const std::string& by)
{
    return hub_ ? hub_->forget(box, by) : ControlTarget::forget(box, by);
}

/// Opens what is new in it, and adds the change, or a mistake. Of one that is new the hub itself.
void Supervisor::plan_hub(Reload& reload)
{
    const std::optional<HubSettings>& next = reload.plan.hub;
    std::vector<ReloadChange>& changes = reload.answer.changes;
    if (!next && hub_)
        changes.push_back({std::string(hub_in_reload), "stop", "it is not in the file any more"});
    if (!next || (hub_ && hub_->settings() == *next && hub_->is_whole()))
        return;
    changes.push_back({std::string(hub_in_reload), hub_ ? "times" : "start", ""});
    if (!hub_)
        reload.hub = new_hub(*next);
    for (const HubObstacle& obstacle : (hub_ ? *hub_ : *reload.hub).prepare(*next))
        reload.plan.errors.add(obstacle.place.at, fmt::format("listen: {}", obstacle.text));
}

void Supervisor::take_over_hub(Reload& reload)
{
    const std::optional<HubSettings>& next = reload.plan.hub;
    if (reload.hub)
        hub_ = std::move(reload.hub);
    if (!next)
        return hub_.reset();
    const std::vector<std::string> before = hub_->places();
    hub_->take_over(*next);
    if (const auto places = hub_->places(); places != before)
        log_.info("hub: listening on {}", fmt::join(places, ", "));
}

std::string Supervisor::hub_in_words() const
{
    if (!hub_)
        return {};
    const std::size_t lost = hub_->lost();
    return fmt::format("{} box{}{}", hub_->size(), hub_->size() == 1 ? "" : "es",
                       lost == 0 ? "" : fmt::format(", {} lost", lost));
}

}  // namespace autossh
