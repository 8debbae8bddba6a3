// The facts of a hub as a JSON object: in the answer to "hub", in what autosshctl hub --json prints, and in
// the file that keeps the boxes. Pure.
#pragma once

#include "autossh/control/hub_facts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Times are RFC 3339 in UTC, lengths of time seconds; what is not known is null. Without the end of a line.
std::string to_json(const HubFacts& hub);

/// As facts_from_json().
std::optional<HubFacts> hub_facts_from_json(std::string_view json);

}  // namespace autossh
