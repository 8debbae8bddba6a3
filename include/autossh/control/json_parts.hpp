// Parts of answers, out of the JSON objects that they are. As json_fields.hpp, for the same sources.
// Pure.
#pragma once

#include "autossh/control/hub_facts.hpp"
#include "autossh/control/json_fields.hpp"
#include "autossh/control/outages.hpp"

namespace autossh {

void read_cause(JsonFields& fields, CauseFacts& cause);

/// Out of the object that write_totals() fills.
void read_totals(JsonFields& fields, TotalFacts& totals);

/// As write_availability() has them.
void read_availability(JsonFields& fields, AvailabilityFacts& availability);

DaemonFacts read_daemon(JsonFields& fields);

OutagesFacts read_outages(JsonFields& fields);
HubFacts read_hub(JsonFields& fields);

}  // namespace autossh
