// Times of the clock on the wall as text (RFC 3339), in UTC and milliseconds. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// "2026-11-29T08:14:02.125Z"
std::string to_text(WallTime time);

/// The same form, with any number of digits behind the seconds, or none. Nothing: it is something else.
std::optional<WallTime> wall_time_from(std::string_view text);

}  // namespace autossh
