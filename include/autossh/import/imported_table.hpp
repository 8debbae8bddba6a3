// A tunnel that was kept elsewhere, as the table [tunnel.NAME] that starts the same one. Pure.
#pragma once

#include "autossh/import/imported.hpp"

#include <set>
#include <string>

namespace autossh {

struct ImportedTable {
    std::string name = {};
    std::string text = {};    ///< with comments, and an end of line
    std::string ending = {};  ///< as of the tunnel
    std::string error = {};   ///< why there is none; empty: there is
};

/// Where a word has no key, the whole command line is one. What is made is read back as a file, and is only
/// given where it has ssh do the same by the same rules. `taken`: names that are no longer free; its own is
/// put in.
ImportedTable imported_table(const ImportedTunnel& tunnel, std::set<std::string>& taken);

/// A name that a tunnel may have, and that is not in `taken`, made of `wanted`.
std::string imported_name(const std::string& wanted, const std::set<std::string>& taken);

/// "web" of "me@web", "ssh://me@web:2222" and "web".
std::string host_of_destination(const std::string& destination);

}  // namespace autossh
