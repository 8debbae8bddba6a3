// One moment by both clocks: that of the wall for when something was, the monotonic one for how long it took.
// Plain data.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/control/facts.hpp"

namespace autossh {

struct BothClocks {
    Time time;
    WallTime wall;
};

}  // namespace autossh
