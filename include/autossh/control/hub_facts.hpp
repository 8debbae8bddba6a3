// What is true of a hub and the boxes that beat there, as its control socket tells it, autosshctl shows it,
// and its file keeps it. Plain data.
#pragma once

#include "autossh/control/facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// What stands behind one name that comes in the messages of connection tests.
struct BoxFacts {
    std::string name;
    std::string
        state;  ///< "alive", "late", "lost", "awaited", "unexpected": autossh-hub(7), "States of a box"
    std::string health;  ///< "up", "impaired", "down"; "stopped": nobody is waiting for it
    bool is_expected = true;
    std::optional<WallTime> last_seen = {};   ///< nothing: never
    std::optional<WallTime> lost_since = {};  ///< it is taken for lost since then
    std::optional<Seconds> every = {};        ///< how often it beats, by its last gaps
    std::optional<Seconds> longest = {};      ///< of these gaps
    std::optional<Seconds> late_after = {};   ///< of silence
    std::optional<Seconds> lost_after = {};
    std::string account = {};          ///< whose connection the last message came on; empty: not known
    std::string belongs_to = {};       ///< the account that the name is bound to; empty: none
    std::string node = {};             ///< of the last message, as pid
    pid_t pid = 0;                     ///< 0: not known
    std::uint64_t beats = 0;           ///< that have been counted, since it is known
    std::vector<WallTime> gaps = {};   ///< when it became late or lost, in the last 24 hours
    std::optional<bool> reached = {};  ///< an ssh server has answered through its own -R; nothing: not tried
    std::string unreached = {};        ///< why not
    std::string wrong_account = {};    ///< the last other account that has used the name
    std::optional<WallTime> wrong_at = {};
    std::uint64_t wrong_times = 0;

    bool operator==(const BoxFacts&) const = default;
};

struct HubFacts {
    std::vector<std::string> listen = {};  ///< "127.0.0.1:7700", "/run/autossh/hub/echo"
    std::optional<WallTime> since = {};    ///< it listens
    std::uint64_t beats = 0;               ///< of all, since then, as what follows
    std::uint64_t strange = 0;             ///< connections that were echoed, and had no message of an autossh
    std::uint64_t not_kept = 0;            ///< messages of boxes for which there is no room
    std::uint64_t turned_away = 0;         ///< connections, as there were too many
    std::vector<BoxFacts> boxes = {};      ///< by name

    bool operator==(const HubFacts&) const = default;
};

}  // namespace autossh
