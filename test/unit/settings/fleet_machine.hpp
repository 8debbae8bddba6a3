// Files that a test makes up, for what reads the file of many tunnels.
#pragma once

#include "autossh/settings/fleet.hpp"

#include <map>
#include <string>
#include <vector>

namespace autossh_test {

/// A machine of files in memory.
struct FleetMachine {
    std::map<std::string, std::string> files;
    std::vector<std::string> hosts = {};

    autossh::FleetFiles reader() const;
    /// The file "f.toml".
    autossh::FleetPlan read() const;
};

/// As FleetMachine::read(), of one file of this text.
autossh::FleetPlan read_fleet_text(const std::string& text);

/// What that complains of, or "".
std::string complaints_of(const std::string& text);

/// The tunnel of that name. Throws std::out_of_range.
const autossh::FleetTunnel& tunnel_of(const autossh::FleetPlan& plan, const std::string& name);

/// What ssh gets, without argv[0], with blanks between.
std::string ssh_words(const autossh::FleetTunnel& tunnel);

}  // namespace autossh_test
