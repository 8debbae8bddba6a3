// Paths that begin where an autossh was started, as a fleet, which is started elsewhere, has to have them.
// Pure.
#pragma once

#include <string>
#include <vector>

namespace autossh {

/// `path` below `directory`, unless it is absolute, begins with ~, % or $, or no directory is known.
std::string imported_path(const std::string& path, const std::string& directory);

/// ssh's words, with the values of -i, -F and -E so.
std::vector<std::string> with_absolute_paths(const std::vector<std::string>& words,
                                             const std::string& directory);

}  // namespace autossh
