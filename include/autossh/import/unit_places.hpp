// What systemd reads beside a unit: its drop-ins, the name of its instance, its user. Pure, but for what is
// read.
#pragma once

#include "autossh/import/imported.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// The paths of the drop-ins of the unit at `path` in the order in which they count: systemd.unit(5). They
/// are looked for beside it and, where it is in a directory of systemd's, in all of these. Of two with the
/// same name, the one counts that systemd takes.
std::vector<std::string> drop_ins_of_unit(const std::string& path, const ImportMachine& machine);

/// %I of %i: "-" is a slash, "\x2d" a hyphen.
std::string unescaped_unit_name(const std::string& name);

/// HOME, LOGNAME, SHELL and USER of the user in /etc/passwd with this name or number. Nothing: none is there.
std::optional<ImportedVariables> variables_of_user(const std::string& user, const ImportMachine& machine);

}  // namespace autossh
