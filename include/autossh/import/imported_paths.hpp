// Paths that begin where an autossh was started, as a fleet, which is started elsewhere, has to have them.
// Pure.
#pragma once

#include <string>
#include <vector>

namespace autossh {

/// `path` below `directory`, unless it is absolute, begins with ~, % or $, or no directory is known.
std::string imported_path(const std::string& path, const std::string& directory);

/// ssh's words, with the paths in them so: the values of -i, -F, -E and -S, of options of ssh_config(5) that
/// are one path, and the sockets of this side in -L and -R that have a slash.
std::vector<std::string> with_absolute_paths(const std::vector<std::string>& words,
                                             const std::string& directory);

/// The options of ssh's words that still have a relative path, each as "-i key".
std::vector<std::string> relative_paths_in(const std::vector<std::string>& words);

}  // namespace autossh
