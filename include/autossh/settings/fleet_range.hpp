// The tunnels that a range of the file of many stands for. Pure, but for the reading of other files.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_files.hpp"
#include "autossh/settings/fleet_parts.hpp"
#include "autossh/settings/fleet_text.hpp"

#include <string>
#include <vector>

namespace autossh {

/// One of them.
struct RangeMember {
    std::string name;
    FleetVariables variables;  ///< with "name"
};

/// By vars, table or hosts, of which there must be one. `file`: that the range stands in. At most `most`,
/// more are a mistake.
std::vector<RangeMember> members_of(const FleetSection& range, const FleetFiles& files, std::size_t most,
                                    FleetErrors& errors);

}  // namespace autossh
