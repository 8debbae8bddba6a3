// Outages as autosshctl outages prints them. Pure, but for the time zone.
#pragma once

#include "autossh/control/outages.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace autossh {

/// The outages, the newest first, and what they come to for each tunnel. In local time, fit for the screen.
std::string outage_table(const OutagesFacts& outages);

/// The last ones of one tunnel, the newest first, as lines under a heading; nothing: there was none.
std::vector<std::string> lines_of_last_outages(const OutagesFacts& outages, std::size_t most);

}  // namespace autossh
