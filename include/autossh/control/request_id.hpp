// What tells the answers to several requests apart: given by who asks, repeated in each answer. Pure.
#pragma once

#include "autossh/control/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// The member "id" of a JSON object, as JSON: a text, or a number as it stands in `line`, which is that
/// object (Boost.JSON rounds some numbers otherwise than others do). "null": there is none. Nothing: it is of
/// another type, or too large a number.
std::optional<std::string> request_id(std::string_view line, const JsonFields& fields);

}  // namespace autossh
