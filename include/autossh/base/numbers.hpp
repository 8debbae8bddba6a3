// Numbers as people write them in options and variables.
#pragma once

#include "autossh/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Reads `text` as a C integer constant: decimal, 0x… hex or 0… octal, with an optional sign and white space
/// before it. Too large or too small a number becomes the nearest that fits, as strtoll(3) does.
/// Nothing if there is no number or anything behind it.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Reads `text` as parse_integer() does, with an optional unit behind it: ms, s, m or h. A bare number is
/// seconds. Cut down to ±longest_duration.
std::optional<Duration> parse_duration(std::string_view text);

/// Writes a time as a number of seconds: 90 s as "90", 1500 ms as "1.500".
std::string in_seconds(Duration duration);

/// Writes a time for a reader: "90 s", "1500 ms".
std::string with_unit(Duration duration);

/// Writes a time as a person would say it: "0.8 s", "12 s", "3 m 5 s", "3 h 12 m", "5 d 3 h".
std::string for_people(Duration duration);

/// "23 ms", "less than 1 ms".
std::string in_milliseconds(Duration duration);

}  // namespace autossh
