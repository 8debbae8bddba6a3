// What has happened to a tunnel, a box or the fleet, and what a hook is told of it. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/control/facts.hpp"
#include "autossh/settings/hook_settings.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

struct HookNews {
    HookEvent event = HookEvent::up;
    WallTime at = {};
    std::string tunnel = {};  ///< empty: of a box, or of the fleet
    std::string box = {};
    std::vector<std::string> groups = {};  ///< of the tunnel
    std::string state = {};
    std::string before = {};  ///< empty: not known
    std::string health = {};
    CauseFacts cause = {};
    std::optional<WallTime> since = {};        ///< of that state, or of the outage
    std::optional<Seconds> lasted = {};        ///< of what is over: the outage, the silence
    std::optional<ForwardFacts> forward = {};  ///< the one that it is about
    bool is_planned = false;                   ///< of down: a person has asked for it

    bool operator==(const HookNews&) const = default;
};

/// Which subject it is about: no tunnel's name begins as that of a box does.
std::string subject_of(const HookNews& news);

/// One call of one hook: about one, or about many at once.
struct HookCall {
    std::shared_ptr<const HookSettings> hook;
    HookEvent event = HookEvent::up;
    std::vector<HookNews> about = {};  ///< at least one

    bool is_about_many() const { return about.size() > 1 || event == HookEvent::fleet_down; }
};

/// "db", "box n17", "53 tunnels"
std::string subject_in_words(const HookCall& call);

/// What it gets on standard input: one line, with its end. `fleet`: its name.
std::string call_as_json(const HookCall& call, std::string_view fleet);

/// AUTOSSH_EVENT and the others, "NAME=VALUE" each; empty values where there is nothing to say, but no port.
/// A value is shortened to what the system takes.
std::vector<std::string> call_as_environment(const HookCall& call);

/// Beginnings of variables of ours that no hook gets: where secrets come from, and what is meant for ssh or
/// for us.
std::vector<std::string> variables_kept_from_hooks();

}  // namespace autossh
