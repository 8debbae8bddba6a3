// autosshctl hub, as a person reads it, and as a program does. Pure: the time is given.
#pragma once

#include "autossh/control/hub_facts.hpp"
#include "autossh/ctl/seen.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// The hub of one process.
struct SeenHub {
    SeenDaemon daemon;
    HubFacts hub;
};

/// A block for each: who is missed first. `is_whole`: nobody has asked for certain boxes. Lines with their
/// ends.
std::string hub_table(std::span<const SeenHub> hubs, bool colour, bool down_only, WallTime now);

/// One object, without the end of its line.
std::string hub_json(std::span<const SeenHub> hubs);

/// autosshctl(1), "Exit status": 0 all are alive, 1 some are late, awaited, not reached or used by another
/// account, 2 some are lost.
int exit_status_of(std::span<const SeenHub> hubs);

/// A box that nobody needs to look at is up, or nobody waits for it.
bool is_well(const BoxFacts& box);

}  // namespace autossh
