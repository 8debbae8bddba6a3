// Puts imported tunnels beside the file of many tunnels.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/import/imported_table.hpp"

#include <span>
#include <string>

namespace autossh {

/// Each into fleet.d/NAME.toml beside `fleet`, which is made where there is none: all of them, or none where
/// one of these is there already or the whole has a mistake. Tells what is done and what comes next. Returns
/// the exit status.
int write_imported(std::span<const ImportedTable> tables, const std::string& fleet,
                   const Environment& environment);

}  // namespace autossh
