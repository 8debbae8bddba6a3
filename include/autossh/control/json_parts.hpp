// Parts of answers, out of the JSON objects that they are. As json_fields.hpp, for sources of this wing.
// Pure.
#pragma once

#include "autossh/control/hub_facts.hpp"
#include "autossh/control/json_fields.hpp"

namespace autossh {

void read_cause(JsonFields& fields, CauseFacts& cause);

DaemonFacts read_daemon(JsonFields& fields);

HubFacts read_hub(JsonFields& fields);

}  // namespace autossh
