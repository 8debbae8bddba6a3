// Where a daemon keeps what is to outlive it.
#pragma once

#include <string>

namespace autossh {

/// Makes it, for our user alone, with what is missing above it. `path`: empty where none is known. Returns
/// why that cannot be; empty: it is there.
std::string make_state_directory(const std::string& path);

}  // namespace autossh
