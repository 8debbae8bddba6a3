// Parts of answers, out of the JSON objects that they are. As json_fields.hpp, for the same sources.
// Pure.
#pragma once

#include "autossh/control/hub_facts.hpp"
#include "autossh/control/json_fields.hpp"
#include "autossh/control/outages.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace autossh {

/// The text, which is one object, as `read` takes it. Nothing: it is none, or a member is of another type.
template <typename Facts>
std::optional<Facts> read_whole(std::string_view text, Facts (*read)(JsonFields&))
{
    const auto object = json_object_from(text);
    if (!object)
        return std::nullopt;
    JsonFields fields(*object);
    Facts facts = read(fields);
    return fields.is_well() ? std::optional(std::move(facts)) : std::nullopt;
}

void read_cause(JsonFields& fields, CauseFacts& cause);

/// Out of the object that write_totals() fills.
void read_totals(JsonFields& fields, TotalFacts& totals);

/// As write_availability() has them.
void read_availability(JsonFields& fields, AvailabilityFacts& availability);

DaemonFacts read_daemon(JsonFields& fields);

OutagesFacts read_outages(JsonFields& fields);
HubFacts read_hub(JsonFields& fields);

}  // namespace autossh
