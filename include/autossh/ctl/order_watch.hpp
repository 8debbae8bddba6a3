// --wait of autosshctl: looks until an order has come about.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/ctl/command_line.hpp"
#include "autossh/ctl/seen.hpp"

#include <map>
#include <vector>

namespace autossh {

/// The tunnels that were told, as they were before, by the pids of their processes.
using Obeying = std::map<pid_t, std::vector<TunnelFacts>>;

/// Not longer than the command says. What has not come about is told. Returns the exit status.
int wait_for_order(const CtlCommand& command, const Environment& environment, const Obeying& obeying);

}  // namespace autossh
