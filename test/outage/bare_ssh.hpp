#pragma once

#include "outage/lab.hpp"

namespace autossh_test::outage {

/// What a bare ssh takes from its start to the first good probe, in each direction.
struct ConnectTimes {
    Seconds local{};
    Seconds remote{};
};

/// Medians of some runs.
ConnectTimes connect_times(Lab& lab);

}  // namespace autossh_test::outage
