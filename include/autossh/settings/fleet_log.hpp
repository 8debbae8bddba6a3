// [log] in the file of many tunnels: where the log of the process goes, which lines, and in what form. Pure.
#pragma once

#include "autossh/base/log_settings.hpp"
#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/settings/toml.hpp"

#include <string>
#include <vector>

namespace autossh {

/// The keys `file`, `level` and `format` are the options --log-file, --log-level and --log-format; what has
/// been said of one of these in `process`, by an option or a variable, wins. A file's path begins with / or
/// ~/, or is relative to `path`, the file that it stands in.
LogSettings fleet_log(const std::string& path, const std::vector<TomlEntry>& entries, const Settings& process,
                      FleetErrors& errors);

}  // namespace autossh
