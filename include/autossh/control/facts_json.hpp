// The facts of a process as a JSON object: an element of "daemons" in what autosshctl status --json prints.
// Pure.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/control/json_writer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Times are RFC 3339 in UTC, lengths of time seconds; what is not known is null. Without the end of a line.
std::string to_json(const DaemonFacts& facts);

/// null where there is none.
void write_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time);
void write_length(JsonWriter& json, std::string_view name, const std::optional<Seconds>& length);

/// The class of a cause and its words, as the member `name`; null where nothing is wrong.
void write_cause(JsonWriter& json, std::string_view name, const CauseFacts& cause);

/// As the member "availability".
void write_availability(JsonWriter& json, const AvailabilityFacts& availability);

/// Its members, into an object that is open.
void write_totals(JsonWriter& json, const TotalFacts& totals);

/// What is missing or null is as in a DaemonFacts of nothing; members that are not known are passed over.
/// Nothing: this is no JSON object, or a member is of another type.
std::optional<DaemonFacts> facts_from_json(std::string_view json);

}  // namespace autossh
