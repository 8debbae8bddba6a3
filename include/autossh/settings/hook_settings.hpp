// What is called when something happens to a fleet, as [[hook]] in its file says it. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/settings/fleet_errors.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// autossh-fleet(5), "Hooks".
enum class HookEvent {
    up,
    down,
    degraded,
    recovered,
    gave_up,
    needs_person,
    forward_refused,
    port_allocated,
    fleet_down,  ///< in place of many that go down at once
    box_lost,
    box_back,
    reload,
};

/// "needs-person"
std::string_view name(HookEvent event);
/// Nothing: there is no such event.
std::optional<HookEvent> hook_event(std::string_view name);
/// All of them, in their order.
const std::vector<std::string_view>& hook_event_names();

struct HookSettings {
    static constexpr std::size_t most = 64;  ///< in one file

    std::string name;                           ///< for the log: of its program; of a second one "page#2"
    std::vector<std::string> run;               ///< the program, as execvp(3) takes it, and its words
    std::vector<HookEvent> on;                  ///< each once
    std::vector<std::string> tunnels = {};      ///< as for autosshctl; empty: all, and all boxes
    Duration after{0};                          ///< so long an outage must have lasted
    Duration every{0};                          ///< at most one call about a tunnel in this time
    Duration batch = std::chrono::seconds(10);  ///< in which so many are told of by one call; 0: none are
    Duration timeout = std::chrono::seconds(30);
    FilePlace at = {};

    /// Where in the file it stands does not count.
    bool operator==(const HookSettings& other) const;
    bool is_on(HookEvent event) const;
};

}  // namespace autossh
