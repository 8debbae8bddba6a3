// Where a fleet keeps its ledger, by [fleet] in its file. Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/toml.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace autossh {

struct FleetLedger {
    std::string state_directory;                    ///< empty: the default one
    FilePlace at = {};                              ///< where it is named
    std::uint64_t size = std::uint64_t{64} << 20U;  ///< in bytes
};

bool is_ledger_key(std::string_view key);
void check_ledger_key(const TomlEntry& entry, FleetErrors& errors);

/// `path`: of the file, which a relative directory is beside. `fleet`: keys that have been checked.
FleetLedger fleet_ledger(const std::string& path, const std::vector<TomlEntry>& fleet);

}  // namespace autossh
