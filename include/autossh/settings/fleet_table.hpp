// A CSV file that the file of many tunnels names: its first line has names, each other one values. Pure, but
// for the reading of other files.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_files.hpp"
#include "autossh/settings/fleet_text.hpp"
#include "autossh/settings/toml.hpp"

#include <memory>
#include <string>
#include <vector>

namespace autossh {

/// A record.
struct FleetRow {
    FilePlace at;
    FleetVariables variables;  ///< by the names of the first line
};

struct FleetTable {
    FilePlace at;                    ///< its beginning
    std::vector<std::string> names;  ///< of the first line; empty: it cannot be read
    std::vector<FleetRow> rows;
};

/// `value`: a path beside the file that it stands in. A record with more or fewer fields than the first line
/// is a mistake, and left out.
FleetTable fleet_table(const TomlValue& value, const FleetFiles& files, FleetErrors& errors);

}  // namespace autossh
