// autossh --explain --fleet: what a file of many tunnels comes to.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// The words behind --explain --fleet, or --fleet --explain. Nothing: they do not stand at the beginning.
std::optional<std::vector<std::string>> words_of_fleet_explanation(std::span<const std::string> arguments);

/// What is printed.
struct FleetExplanation {
    int exit_status = 0;
    std::string output = {};
    std::string complaint = {};  ///< for standard error
};

/// `words`: options of the process, [FILE] and [TUNNEL]; one alone is a file if it has a slash or ends in
/// .toml. Checks the file as for a start, and starts nothing; of one tunnel, ssh is asked what it would do.
/// Of all, each has its keys, with the lines of the file that say them.
FleetExplanation explain_fleet(const std::vector<std::string>& words, const Environment& environment,
                               const InheritedSignals& inherited, Log& log);

}  // namespace autossh
