// Whether a table of the file of many tunnels has ssh do what the words of an autossh had it do. Pure.
#pragma once

#include "autossh/import/imported.hpp"

#include <string>

namespace autossh {

/// Reads `text`, which has [tunnel.NAME], as a fleet does. Empty: it has ssh do the same by the same rules,
/// but for those that differ by default in a fleet; else what is wrong with it.
std::string difference_from(const ImportedTunnel& expected, const std::string& name, const std::string& text);

}  // namespace autossh
