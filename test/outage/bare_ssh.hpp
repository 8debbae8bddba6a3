#pragma once

#include "outage/lab.hpp"

namespace autossh_test::outage {

/// What a bare ssh takes from its start to the first good probe: the median of some runs.
Seconds connect_time(Lab& lab);

}  // namespace autossh_test::outage
