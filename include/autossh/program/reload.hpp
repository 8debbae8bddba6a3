// What a reload has read, and has opened for what is new in it, before anything is changed.
#pragma once

#include "autossh/control/target.hpp"
#include "autossh/hub/hub.hpp"
#include "autossh/program/kept_tunnels.hpp"
#include "autossh/program/metrics.hpp"
#include "autossh/settings/fleet.hpp"

#include <list>
#include <memory>

namespace autossh {

struct Reload {
    FleetPlan plan = {};  ///< with the mistakes: if there are any, nothing is changed
    std::list<KeptTunnel> tunnels = {};
    std::unique_ptr<Hub> hub = {};          ///< null: there is one already, or none is wanted
    std::unique_ptr<Metrics> metrics = {};  ///< the same
    ReloadAnswer answer = {};
};

}  // namespace autossh
