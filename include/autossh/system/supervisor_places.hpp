// Where running autosshs have their private directories.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/system/private_directory.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Where systemd makes a directory for each instance of our unit; nobody but root can put anything there.
inline constexpr std::string_view directories_of_services = "/run/autossh";

/// Where a supervisor may have made its private directory: what the environment says, where service managers
/// and logins have it, and, for root, those of all logins.
std::vector<std::string> places_of_supervisors(const Environment& environment);

/// Where the supervisor of that number has its private directory, whatever TMPDIR or XDG_RUNTIME_DIR it was
/// started with, as the names of sockets tell (Linux). Anybody may make a name that looks like it. Empty:
/// none is seen.
std::vector<std::string> places_of_supervisor(pid_t pid);

/// Whether what is found there is of our user, or a service's: anybody may make a directory of such a name in
/// /tmp, and have it answer what he likes.
bool may_be_believed(const PrivateDirectory::Found& directory);

}  // namespace autossh
