// A tunnel that is to be examined: what is known of it before anything is looked at. Plain data.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/settings/settings.hpp"

#include <map>
#include <optional>
#include <string>

#include <sys/types.h>

namespace autossh {

/// Names to values.
using Variables = std::map<std::string, std::string>;

struct Patient {
    std::string name;
    std::optional<Settings> settings = {};  ///< nothing: no more is known than its process tells
    bool attended = false;                  ///< of a command line, at whose terminal a person may be
    std::optional<TunnelFacts> live = {};   ///< by a process that keeps it
    pid_t keeper = 0;                       ///< that process; 0: there is none
    Variables environment = {};             ///< of that process, or ours
    std::string directory = {};             ///< that it works in; empty: ours

    bool is_up() const { return live && (live->health == "up" || live->health == "impaired"); }
};

}  // namespace autossh
