// Outages as JSON: what the control socket answers, and autosshctl outages --json prints. Pure.
#pragma once

#include "autossh/control/json_writer.hpp"
#include "autossh/control/outages.hpp"

namespace autossh {

/// Their members, into an object that is open.
void write_outages(JsonWriter& json, const OutagesFacts& outages);

}  // namespace autossh
