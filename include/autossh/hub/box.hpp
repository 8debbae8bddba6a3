// A box that beats at the hub, or should: what is known of it, and what state that is. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/control/hub_facts.hpp"
#include "autossh/hub/cadence.hpp"
#include "autossh/settings/fleet_hub.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// One moment by both clocks: the first for how long, the other for when.
struct HubTime {
    Time now;
    WallTime wall;
};

/// Manual, "States of a box".
enum class BoxState {
    alive,
    late,
    lost,
    awaited,     ///< it has not beaten since the hub has been there
    unexpected,  ///< its name is none of those that are expected: nobody misses it
};

std::string_view name(BoxState state);

struct Box {
    std::string name;
    std::optional<ExpectedBox> expected;  ///< what the file says of it
    bool is_awaited = true;               ///< see BoxState
    bool is_unexpected = false;
    Cadence cadence;
    Time counted_from{};  ///< its silence: the last beat, or since when we listen
    std::optional<WallTime> last_seen;
    std::optional<WallTime> lost_since;  ///< told so
    BoxState told = BoxState::awaited;
    std::string node;
    pid_t pid = 0;
    std::optional<uid_t> uid;
    std::uint64_t beats = 0;
    std::vector<WallTime> gaps;
    std::optional<bool> reached;
    std::string unreached;
    std::optional<uid_t> wrong_uid;  ///< of the last message of another account
    std::optional<WallTime> wrong_at;
    std::optional<Time> wrong_told;
    std::uint64_t wrong_times = 0;

    BoxState state_at(Time now, const HubSettings& rules) const;
    /// When its state may be another one, if it stays silent; never: it does not change by itself.
    Time next_change(const HubSettings& rules) const;
};

/// Something about a box that somebody may want to know.
struct BoxEvent {
    enum class Kind {
        changed,  ///< its state, in a way that is no alarm
        lost,
        back,
        wrong_account,
    };

    Kind kind = Kind::changed;
    std::string box;
    BoxState before = BoxState::awaited;
    BoxState state = BoxState::awaited;
    std::optional<WallTime> last_seen = {};  ///< before this event; nothing: never
    Duration lasted{};                       ///< of lost and back: the silence, where last_seen is known
    std::optional<uid_t> uid = {};           ///< of a wrong account; nothing: the system did not tell
    std::string belongs_to = {};             ///< the right one

    bool operator==(const BoxEvent&) const = default;
};

}  // namespace autossh
