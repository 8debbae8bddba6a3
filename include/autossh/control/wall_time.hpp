// Times of the clock on the wall as text (RFC 3339), in UTC and milliseconds, and lengths of time as numbers.
// Pure.
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

/// In seconds, rounded to the millisecond: what is finer is noise. (Not by std::round(): a process that loads
/// libm for it has 8 KiB of its own more.)
double to_the_millisecond(Seconds time);

}  // namespace autossh
