#pragma once

#include "outage/experiment.hpp"
#include "outage/outcome.hpp"

#include <string>

namespace autossh_test::outage {

/// What ours has to keep to: each bound that is broken, in words. Empty: none, or it is not ours.
std::string broken_bounds(const Experiment& experiment, const Outcome& outcome);

/// From TERM to the end, with a stopped ssh: the default kill time, and a bit.
inline constexpr Seconds longest_stop{5.2};

}  // namespace autossh_test::outage
