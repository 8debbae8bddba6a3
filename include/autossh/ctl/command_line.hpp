// What autosshctl is asked to do, by its words. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/ctl/option_values.hpp"
#include "autossh/ctl/options.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

struct CtlCommand {
    CtlVerb verb = CtlVerb::status;
    std::vector<std::string> tunnels = {};  ///< as selected() takes them; --all: "*"; of hub: boxes
    std::string daemon = {};                ///< -D: a name or a pid; empty: all
    std::string file = {};                  ///< of check and edit; of import, that of the fleet
    ColourWhen colour = ColourWhen::automatic;
    bool down_only = false;
    bool wide = false;
    bool json = false;
    bool yes = false;
    bool dry_run = false;
    bool follow = false;
    bool read_only = false;
    bool snapshot = false;
    bool login = false;  ///< of doctor
    std::size_t lines = 20;
    Duration since = std::chrono::hours(24 * 7);  ///< of outages: so far back
    bool unplanned = false;
    std::string forget = {};           ///< of hub: this box
    std::string state_directory = {};  ///< of outages; empty: who runs is asked
    std::string output = {};           ///< of metrics: a file; empty: standard output
    std::optional<Duration> wait = {};
    std::optional<HealthLimit> warning = {};
    std::optional<HealthLimit> critical = {};
    std::vector<std::string> sources = {};  ///< of import: files, and "-" for standard input
    bool write = false;
    bool running = false;
    std::string from = {};  ///< the kind of the sources; empty: it is to be seen by them
    std::string name = {};
    /// Of --complete; the last one is not ended. Of import and doctor: behind "--".
    std::vector<std::string> words = {};
};

/// `words`: without the program's name. Throws UsageError.
CtlCommand read_ctl_command(std::span<const std::string> words);

}  // namespace autossh
