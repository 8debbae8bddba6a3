// The last connection tests of a tunnel as a line of small bars. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace autossh {

/// Of a sparkline, in columns: as many tests as are told.
inline constexpr std::size_t sparkline_width = 12;

/// A bar for each round trip, the latest on the right, and a blank for a test that has failed. The longest is
/// the full height, but times of the same length are half of it. Without `utf8`: .:-=+*#%
std::string sparkline(std::span<const std::optional<Seconds>> recent, bool utf8);

}  // namespace autossh
