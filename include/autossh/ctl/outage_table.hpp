// Outages as autosshctl outages prints them. Pure, but for the time zone.
#pragma once

#include "autossh/control/outages.hpp"

#include <string>

namespace autossh {

/// The outages, the newest first, and what they come to for each tunnel. In local time, fit for the screen.
std::string outage_table(const OutagesFacts& outages);

}  // namespace autossh
