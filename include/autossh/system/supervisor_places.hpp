// Where running autosshs have their private directories.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/system/private_directory.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// Where systemd makes a directory for each instance of our unit; nobody but root can put anything there.
inline constexpr std::string_view directories_of_services = "/run/autossh";

/// Where a supervisor may have made its private directory: what the environment says, where service managers
/// and logins have it, and, for root, those of all logins.
std::vector<std::string> places_of_supervisors(const Environment& environment);

/// Whether what is found there is of our user, or a service's: anybody may make a directory of such a name in
/// /tmp, and have it answer what he likes.
bool may_be_believed(const PrivateDirectory::Found& directory);

}  // namespace autossh
